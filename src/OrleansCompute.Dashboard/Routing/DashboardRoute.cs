namespace OrleansCompute.Dashboard.Routing;

/// <summary>An address of the dashboard, without its leading slash. Pure.</summary>
/// <param name="Page">The page.</param>
/// <param name="Tenant">Tenant of a detail page, else empty.</param>
/// <param name="Name">Job or device of a detail page, else empty.</param>
internal readonly record struct DashboardRoute(DashboardPage Page, string Tenant = "", string Name = "")
{
    /// <summary>A live view never needs longer ones: two names of 64 characters, each at most percent-encoded UTF-8.</summary>
    private const int MaxPathLength = 2048;

    /// <summary>Reads a path such as <c>jobs/acme/fashion</c>; false for one that no page has.</summary>
    public static bool TryParse(string? path, out DashboardRoute route)
    {
        route = default;
        if (path is null || path.Length > MaxPathLength)
        {
            return false;
        }

        var parts = path.Trim('/').Split('/');
        switch (parts)
        {
            case [""]:
                route = new DashboardRoute(DashboardPage.Overview);
                return true;
            case ["nodes"]:
                route = new DashboardRoute(DashboardPage.Nodes);
                return true;
            case ["jobs"]:
                route = new DashboardRoute(DashboardPage.Jobs);
                return true;
            case ["tenants"]:
                route = new DashboardRoute(DashboardPage.Tenants);
                return true;
            case ["devices"]:
                route = new DashboardRoute(DashboardPage.Devices);
                return true;
            case ["models"]:
                route = new DashboardRoute(DashboardPage.Models);
                return true;
            case ["jobs", var tenant, var job] when tenant.Length > 0 && job.Length > 0:
                route = new DashboardRoute(DashboardPage.Job, Uri.UnescapeDataString(tenant), Uri.UnescapeDataString(job));
                return true;
            case ["devices", var tenant, var device] when tenant.Length > 0 && device.Length > 0:
                route = new DashboardRoute(DashboardPage.Device, Uri.UnescapeDataString(tenant), Uri.UnescapeDataString(device));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The address relative to the dashboard's root; names are percent-encoded.</summary>
    public override string ToString() => Page switch
    {
        DashboardPage.Overview => "",
        DashboardPage.Nodes => "nodes",
        DashboardPage.Jobs => "jobs",
        DashboardPage.Tenants => "tenants",
        DashboardPage.Devices => "devices",
        DashboardPage.Models => "models",
        DashboardPage.Job => Job(Tenant, Name),
        _ => Device(Tenant, Name),
    };

    public static string Job(string tenant, string name) => $"jobs/{Uri.EscapeDataString(tenant)}/{Uri.EscapeDataString(name)}";

    public static string Device(string tenant, string name) => $"devices/{Uri.EscapeDataString(tenant)}/{Uri.EscapeDataString(name)}";

    /// <summary>The page of the navigation that it belongs to.</summary>
    public DashboardPage Section => Page switch
    {
        DashboardPage.Job => DashboardPage.Jobs,
        DashboardPage.Device => DashboardPage.Devices,
        _ => Page,
    };

    public string Title => Page is DashboardPage.Job or DashboardPage.Device ? $"{Name} · {Section}" : Page.ToString();
}
