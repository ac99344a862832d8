using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCompute.Dashboard.Data;

namespace OrleansCompute.Dashboard.Tests.Stage;

/// <summary>A real server on a free port of the loopback, in this program, which no web SDK has built.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DashboardHost(WebApplication app) => _app = app;

    public Uri Root => new(_app.Urls.First() + "/");

    public FabricFeed Feed => _app.Services.GetRequiredService<FabricFeed>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="stage">Answers in place of grains; null where <paramref name="build"/> adds a silo.</param>
    /// <param name="configure">Sets the dashboard's options.</param>
    /// <param name="build">Adds what else the host has.</param>
    /// <param name="map">Maps what else it serves.</param>
    public static async Task<DashboardHost> StartAsync(
        FabricStage? stage, Action<DashboardOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = Path.GetTempPath() });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (stage is not null)
        {
            builder.Services.AddSingleton(stage.CreateFactory());
        }

        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddFabricDashboard(options =>
        {
            options.RequireKey = false;
            options.RefreshInterval = DashboardOptions.MinRefreshInterval;
            configure?.Invoke(options);
        });
        build?.Invoke(builder);
        var app = builder.Build();
        app.MapFabricDashboard();
        map?.Invoke(app);
        await app.StartAsync();
        return new DashboardHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
