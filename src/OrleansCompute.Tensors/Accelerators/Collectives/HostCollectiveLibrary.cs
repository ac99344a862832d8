namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>Collective operations through host memory, for any mix of accelerators. Stateless and thread-safe.</summary>
public sealed class HostCollectiveLibrary : ICollectiveLibrary
{
    /// <summary>The only one needed.</summary>
    public static HostCollectiveLibrary Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "host";

    /// <inheritdoc/>
    public ICollectiveGroup Create(IReadOnlyList<IAccelerator> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return new HostCollectiveGroup(members);
    }
}
