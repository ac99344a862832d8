using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Tenants and their keys: for the operator, but a tenant may renew its own key and see itself.</summary>
internal static class TenantEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/tenants", CreateAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapGet("/tenants", ListAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapGet("/tenants/{tenant}", GetAsync).RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        api.MapPost("/tenants/{tenant}/api-key", IssueKeyAsync).RequireAuthorization(FabricKeyDefaults.TenantPolicy);
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var spec = await RequestBody.ReadJsonAsync<TenantSpec>(request, cancellationToken);
        FabricNames.Require("name", spec.Name);
        return FabricJson.Result(await grains.GetGrain<ITenantGrain>(spec.Name).Configure(spec));
    }

    private static async Task<IResult> ListAsync(
        IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken)
    {
        var names = await grains.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).List();
        return FabricJson.Result(await GrainGathering.ListAsync(
            names, options.Value.MaxListConcurrency, name => grains.GetGrain<ITenantGrain>(name).Get(), cancellationToken));
    }

    private static async Task<IResult> GetAsync(string tenant, IGrainFactory grains) =>
        FabricJson.Result(await grains.GetGrain<ITenantGrain>(tenant).Get());

    private static async Task<IResult> IssueKeyAsync(string tenant, IGrainFactory grains) =>
        FabricJson.Result(new IssuedApiKey(tenant, await grains.GetGrain<ITenantGrain>(tenant).IssueApiKey()));
}
