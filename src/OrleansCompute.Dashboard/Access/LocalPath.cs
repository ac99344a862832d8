using OrleansCompute.Dashboard.Routing;

namespace OrleansCompute.Dashboard.Access;

/// <summary>Where to go after signing in: a page of the dashboard, never another site. Pure.</summary>
internal static class LocalPath
{
    /// <summary>The address relative to the root; the overview for anything that is no page.</summary>
    public static string Clean(string? path) => DashboardRoute.TryParse(path, out var route) ? route.ToString() : "";
}
