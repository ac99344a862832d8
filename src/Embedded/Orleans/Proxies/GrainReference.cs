namespace Orleans.Runtime;

/// <summary>A reference to a grain or observer; the proxies of grain interfaces derive from it. Thread-safe.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    internal GrainReference(GrainReferenceRuntime runtime, GrainId grainId, GrainInterfaceType interfaceType)
    {
        Runtime = runtime;
        GrainId = grainId;
        InterfaceType = interfaceType;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainId { get; }

    /// <summary>The interface of this reference.</summary>
    public GrainInterfaceType InterfaceType { get; }

    /// <summary>The interface's name.</summary>
    public virtual string InterfaceName => InterfaceType.ToString();

    /// <summary>The interface's version; always 0 on the embedded engine.</summary>
    public ushort InterfaceVersion => 0;

    internal GrainReferenceRuntime Runtime { get; }

    /// <summary>The last activation that took a request, so that most calls skip the directory.</summary>
    internal RequestTarget? CachedTarget { get; set; }

    /// <summary>The same grain under another interface.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)CastTo(typeof(TGrainInterface));

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString() => $"GrainReference:{GrainId}";

    /// <summary>Equality of the grain ids.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    /// <summary>Inequality of the grain ids.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal object CastTo(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this) ? this : Runtime.CreateReference(GrainId, interfaceType);

    // The proxies call these five.
    internal Task<T> SendTask<T>(GrainRequest<T> request) => GrainReferenceRuntime.Send(this, request);

    internal ValueTask<T> SendValueTask<T>(GrainRequest<T> request) => new(GrainReferenceRuntime.Send(this, request));

    internal ValueTask SendUnitValueTask(GrainRequest<Unit> request) => new(GrainReferenceRuntime.Send(this, request));

    internal void SendVoid(GrainRequest<Unit> request) => _ = GrainReferenceRuntime.Send(this, request);

    internal IAsyncEnumerable<T> SendEnumerable<T>(GrainRequest<IAsyncEnumerable<T>> request) => new GrainAsyncEnumerable<T>(this, request);
}
