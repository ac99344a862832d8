namespace Orleans.Runtime.Placement;

/// <summary>What is to be placed.</summary>
public readonly struct PlacementTarget
{
    /// <summary>Describes it.</summary>
    public PlacementTarget(
        GrainId grainIdentity, Dictionary<string, object> requestContextData, GrainInterfaceType interfaceType, ushort interfaceVersion)
    {
        GrainIdentity = grainIdentity;
        InterfaceType = interfaceType;
        InterfaceVersion = interfaceVersion;
        RequestContextData = requestContextData;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainIdentity { get; }

    /// <summary>The interface of the call.</summary>
    public GrainInterfaceType InterfaceType { get; }

    /// <summary>Its version; always 0 on the embedded engine.</summary>
    public ushort InterfaceVersion { get; }

    /// <summary>The caller's <see cref="RequestContext"/>. Null when the caller set nothing, whatever the type says: so it is officially.</summary>
    public Dictionary<string, object> RequestContextData { get; }
}
