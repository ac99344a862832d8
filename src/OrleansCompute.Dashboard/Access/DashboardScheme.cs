namespace OrleansCompute.Dashboard.Access;

/// <summary>Names of the dashboard's own authentication: never a default of the application, whose REST API has its own.</summary>
internal static class DashboardScheme
{
    public const string Name = "OrleansCompute.Dashboard";

    /// <summary>No <c>__Host-</c> prefix: browsers refuse that one without TLS, and the dashboard is served on loopback without.</summary>
    public const string Cookie = "oc-dashboard";
}
