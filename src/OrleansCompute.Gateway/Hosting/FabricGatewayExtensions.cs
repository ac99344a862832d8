using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansCompute.Gateway.Rest;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Hosting;

/// <summary>Adds the gateway to a web host.</summary>
public static class FabricGatewayExtensions
{
    /// <summary>Root of the REST API.</summary>
    public const string ApiRoot = "/api/v1";

    /// <summary>
    /// Adds the MQTT broker as a hosted service, and what the REST API needs. The host brings <c>IGrainFactory</c> (UseOrleans), the
    /// stores of the contracts, <c>IModelSigner</c>, and may bring a <see cref="TimeProvider"/>.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    public static IServiceCollection AddFabricGateway(this IServiceCollection services, Action<GatewayOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<GatewayOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<GatewayStatistics>();
        services.AddSingleton<MqttGatewayService>();
        services.AddSingleton<IGatewayEndpoints>(provider => provider.GetRequiredService<MqttGatewayService>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<MqttGatewayService>());
        services.AddProblemDetails();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, FabricKeyHandler>(
            FabricKeyDefaults.Scheme, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(FabricKeyDefaults.AnyKeyPolicy, policy => Keyed(policy).RequireAuthenticatedUser())
            .AddPolicy(FabricKeyDefaults.OperatorPolicy, policy => Keyed(policy).RequireRole(FabricKeyDefaults.OperatorRole))
            .AddPolicy(FabricKeyDefaults.TenantPolicy, policy => Keyed(policy).AddRequirements(new TenantAccessRequirement()));
        return services;

        static AuthorizationPolicyBuilder Keyed(AuthorizationPolicyBuilder policy) =>
            policy.AddAuthenticationSchemes(FabricKeyDefaults.Scheme).RequireAuthenticatedUser();
    }

    /// <summary>Maps the REST API under <see cref="ApiRoot"/>; nothing outside it.</summary>
    /// <param name="endpoints">The web application; it must run authentication and authorisation, as a <c>WebApplication</c> does
    /// by itself.</param>
    public static IEndpointRouteBuilder MapFabricApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup(ApiRoot);
        api.AddEndpointFilter<RouteGroupBuilder, FabricApiFilter>();
        TenantEndpoints.Map(api);
        PoolEndpoints.Map(api);
        JobEndpoints.Map(api);
        ArtifactEndpoints.Map(api);
        DatasetEndpoints.Map(api);
        ModelEndpoints.Map(api);
        InferenceEndpoints.Map(api);
        RolloutEndpoints.Map(api);
        DeviceEndpoints.Map(api);
        UsageEndpoints.Map(api);
        StatusEndpoints.Map(api);
        api.Map("/{**rest}", (HttpRequest request) => FabricProblem.Of(
                StatusCodes.Status404NotFound,
                $"There is no {request.Method} {request.Path}; the routes of the API are in the documentation."))
            .RequireAuthorization(FabricKeyDefaults.AnyKeyPolicy);
        return endpoints;
    }
}
