namespace OrleansCompute.Dashboard.Routing;

/// <summary>The pages.</summary>
public enum DashboardPage
{
    /// <summary>Everything at a glance.</summary>
    Overview,

    /// <summary>Nodes and accelerators.</summary>
    Nodes,

    /// <summary>All jobs.</summary>
    Jobs,

    /// <summary>One job.</summary>
    Job,

    /// <summary>Tenants: what they hold, may hold, and used.</summary>
    Tenants,

    /// <summary>All devices.</summary>
    Devices,

    /// <summary>One device.</summary>
    Device,

    /// <summary>Registry and roll-outs.</summary>
    Models,
}
