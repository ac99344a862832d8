using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Nodes and pools, for the operator: they show the jobs of all tenants.</summary>
internal static class PoolEndpoints
{
    private const string DefaultPool = "default";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/nodes", NodesAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapGet("/pools/{pool}", PoolAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
    }

    private static async Task<IResult> NodesAsync(HttpRequest request, IGrainFactory grains)
    {
        var pool = FabricNames.Require("pool", (string?)request.Query["pool"] ?? DefaultPool);
        return FabricJson.Result((await grains.GetGrain<IPoolGrain>(pool).GetStatus()).Nodes);
    }

    private static async Task<IResult> PoolAsync(string pool, IGrainFactory grains) =>
        FabricJson.Result(await grains.GetGrain<IPoolGrain>(pool).GetStatus());
}
