namespace OrleansCompute.Contracts.Tenants;

/// <summary>Kinds of things that a tenant owns by name.</summary>
public enum TenantResource
{
    /// <summary>Training jobs.</summary>
    Job,

    /// <summary>Devices.</summary>
    Device,

    /// <summary>Models in the registry.</summary>
    Model,

    /// <summary>Datasets.</summary>
    Dataset,

    /// <summary>Roll-outs.</summary>
    Rollout,
}
