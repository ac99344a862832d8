using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Roll-outs of a tenant.</summary>
internal static class RolloutEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var rollouts = api.MapGroup("/tenants/{tenant}/rollouts").RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        rollouts.MapPost("", StartAsync);
        rollouts.MapGet("", ListAsync);
        rollouts.MapGet("/{rollout}", GetAsync);
    }

    private static async Task<IResult> StartAsync(
        string tenant, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var spec = await RequestBody.ReadJsonAsync<RolloutSpec>(request, cancellationToken);
        if (spec.Tenant != tenant)
        {
            throw new RequestException(
                StatusCodes.Status400BadRequest, $"tenant is '{spec.Tenant}' in the roll-out; allowed: '{tenant}', as in the address.");
        }

        FabricNames.Require("name", spec.Name);
        return FabricJson.Result(
            await grains.GetGrain<IRolloutGrain>(FabricKey.Of(tenant, spec.Name)).Start(spec), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(
        string tenant, IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        FabricJson.Result(await GrainGathering.ListAsync(
            grains,
            tenant,
            TenantResource.Rollout,
            options.Value.MaxListConcurrency,
            rollout => grains.GetGrain<IRolloutGrain>(FabricKey.Of(tenant, rollout)).GetStatus(),
            cancellationToken));

    private static async Task<IResult> GetAsync(string tenant, string rollout, IGrainFactory grains) =>
        FabricJson.Result(await grains.GetGrain<IRolloutGrain>(FabricKey.Of(tenant, rollout)).GetStatus());
}
