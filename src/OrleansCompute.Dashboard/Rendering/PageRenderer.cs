using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Dashboard.Data;
using OrleansCompute.Dashboard.Routing;
using OrleansCompute.Dashboard.Views;

namespace OrleansCompute.Dashboard.Rendering;

/// <summary>
/// Renders the components to markup, once for all who look at the same page of the same snapshot. Thread-safe.
/// </summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers, FabricReader reader)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DashboardRoute, Task<RenderedPage>> _pages = [];
    private long _version;

    /// <summary>The live part of a page.</summary>
    public async Task<RenderedPage> RenderAsync(DashboardRoute route, FabricSnapshot snapshot, CancellationToken cancellationToken)
    {
        Task<RenderedPage>? page;
        lock (_gate)
        {
            if (snapshot.Version > _version)
            {
                _version = snapshot.Version;
                _pages.Clear();
            }

            if (!_pages.TryGetValue(route, out page))
            {
                page = Task.Run(() => RenderViewAsync(route, snapshot), CancellationToken.None);
                if (snapshot.Version == _version)
                {
                    _pages.Add(route, page);
                }
            }
        }

        return await page.WaitAsync(cancellationToken);
    }

    /// <summary>A component as markup, every value encoded.</summary>
    public async Task<string> RenderComponentAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private async Task<RenderedPage> RenderViewAsync(DashboardRoute route, FabricSnapshot snapshot)
    {
        var parameters = new Dictionary<string, object?> { ["Snapshot"] = snapshot };
        switch (route.Page)
        {
            case DashboardPage.Overview:
                return await ViewAsync<OverviewView>(parameters);
            case DashboardPage.Nodes:
                return await ViewAsync<NodesView>(parameters);
            case DashboardPage.Jobs:
                return await ViewAsync<JobsView>(parameters);
            case DashboardPage.Tenants:
                parameters["Tenants"] = await reader.AskTenantsAsync(snapshot.Tenants, CancellationToken.None);
                return await ViewAsync<TenantsView>(parameters);
            case DashboardPage.Devices:
                return await ViewAsync<DevicesView>(parameters);
            case DashboardPage.Models:
                return await ViewAsync<ModelsView>(parameters);
            case DashboardPage.Job:
                var job = snapshot.Jobs.Find(route.Tenant, route.Name)
                    ?? await AskAsync<JobStatus>(route, reader.AskJobAsync);
                parameters["Job"] = job;
                return await ViewAsync<JobView>(parameters, job.Missing);
            default:
                var device = snapshot.Devices.Find(route.Tenant, route.Name)
                    ?? await AskAsync<DeviceStatus>(route, reader.AskDeviceAsync);
                parameters["Device"] = device;
                parameters["Alarms"] = snapshot.Alarms.FirstOrDefault(probe => probe.Tenant == route.Tenant && probe.Name == route.Name)
                    ?? (device.Value is { AlarmsRaised: > 0 } status ? await reader.AskAlarmsAsync(status, CancellationToken.None) : null);
                return await ViewAsync<DeviceView>(parameters, device.Missing);
        }
    }

    /// <summary>Asks for what the snapshot does not list; a name that cannot exist wakes no grain.</summary>
    private static async Task<Probe<T>> AskAsync<T>(
        DashboardRoute route, Func<string, string, CancellationToken, Task<Probe<T>>> ask)
        where T : class =>
        (FabricNames.Explain("Tenant", route.Tenant) ?? FabricNames.Explain("Name", route.Name)) is { } problem
            ? new Probe<T>(route.Tenant, route.Name, null, problem, Missing: true)
            : await ask(route.Tenant, route.Name, CancellationToken.None);

    private async Task<RenderedPage> ViewAsync<TView>(Dictionary<string, object?> parameters, bool missing = false)
        where TView : IComponent =>
        new(await RenderComponentAsync<TView>(parameters), missing ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
}
