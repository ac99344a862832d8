using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.Dashboard.Data;
using OrleansCompute.Dashboard.Hosting;
using OrleansCompute.Dashboard.Rendering;

namespace OrleansCompute.Dashboard;

/// <summary>Puts the dashboard into an ASP.NET application that is, or is a client of, an Orleans silo.</summary>
public static class FabricDashboardExtensions
{
    /// <summary>
    /// Registers the dashboard. The application must also register an <c>IGrainFactory</c> (<c>UseOrleans</c> does). Adds an
    /// authentication scheme of its own and sets no default. Options are checked when the host starts.
    /// </summary>
    /// <param name="services">Services of the application.</param>
    /// <param name="configure">Sets the options; without it the start fails for want of an operator key.</param>
    public static IServiceCollection AddFabricDashboard(this IServiceCollection services, Action<DashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<DashboardOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SignInLinks>();
        services.TryAddSingleton<OperatorKeyCheck>();
        services.TryAddSingleton<Gatekeeper>();
        services.TryAddSingleton<FabricReader>();
        services.TryAddSingleton<FabricFeed>();
        services.TryAddSingleton<PageRenderer>();
        services.TryAddSingleton<PageEndpoints>();
        services.TryAddSingleton<LiveEndpoint>();
        services.AddAntiforgery();
        services.AddAuthentication().AddCookie(DashboardScheme.Name, static cookie =>
        {
            cookie.Cookie.Name = DashboardScheme.Cookie;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.SlidingExpiration = false;
        });
        services.AddOptions<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>(DashboardScheme.Name)
            .Configure<IOptions<DashboardOptions>>(static (cookie, dashboard) => cookie.ExpireTimeSpan = dashboard.Value.SessionLength);
        return services;
    }

    /// <summary>
    /// Maps the pages at the application's root (<c>/</c>, <c>/nodes</c>, <c>/jobs</c>, <c>/tenants</c>, <c>/devices</c>, <c>/models</c>, <c>/login</c>,
    /// <c>/logout</c>) and what they need below <c>/_dashboard</c>. Needs no middleware and no static web assets.
    /// </summary>
    public static IEndpointConventionBuilder MapFabricDashboard(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var pages = endpoints.ServiceProvider.GetRequiredService<PageEndpoints>();
        var live = endpoints.ServiceProvider.GetRequiredService<LiveEndpoint>();
        var group = endpoints.MapGroup("").ExcludeFromDescription();
        foreach (var pattern in (string[])["/", "/nodes", "/jobs", "/jobs/{tenant}/{job}", "/tenants", "/devices", "/devices/{tenant}/{device}", "/models"])
        {
            group.MapGet(pattern, Answer(pages.PageAsync));
        }

        group.MapGet("/login", Answer(context => pages.SignInPageAsync(context)));
        group.MapPost("/login", Answer(pages.SignInAsync));
        group.MapPost("/logout", Answer(pages.SignOutAsync));
        group.MapGet("/_dashboard/live", Answer(live.WatchAsync));
        foreach (var asset in (EmbeddedAsset[])[EmbeddedAsset.Style, EmbeddedAsset.Script, EmbeddedAsset.Icon])
        {
            group.MapGet("/_dashboard/" + asset.Name, Answer(context => Task.FromResult(asset.Serve(context))));
        }

        return group;
    }

    private static RequestDelegate Answer(Func<HttpContext, Task<IResult>> handler) =>
        async context => await (await handler(context)).ExecuteAsync(context);
}
