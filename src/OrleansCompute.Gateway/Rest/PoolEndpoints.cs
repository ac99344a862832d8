using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
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
        api.MapPost("/pools/{pool}/what-if", WhatIfAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapPost("/pools/{pool}/nodes/{node}/drain", (string pool, string node, IGrainFactory grains) => DrainAsync(pool, node, true, grains))
            .RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapPost("/pools/{pool}/nodes/{node}/undrain", (string pool, string node, IGrainFactory grains) => DrainAsync(pool, node, false, grains))
            .RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapPost("/pools/{pool}/nodes/{node}/reclaim", ReclaimAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapDelete("/pools/{pool}/nodes/{node}/reclaim", (string pool, string node, IGrainFactory grains) => SetReclaimAsync(pool, node, null, grains))
            .RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
        api.MapDelete("/pools/{pool}/nodes/{node}", RemoveAsync).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);
    }

    private static async Task<IResult> RemoveAsync(string pool, string node, bool? force, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IPoolGrain>(pool);
        await grain.Remove(node, force ?? false);
        return FabricJson.Result(await grain.GetStatus());
    }

    private static async Task<IResult> WhatIfAsync(string pool, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var question = await RequestBody.ReadJsonAsync<WhatIfQuestion>(request, cancellationToken);
        return FabricJson.Result(await grains.GetGrain<IPoolGrain>(pool).WhatIf(question));
    }

    private static async Task<IResult> DrainAsync(string pool, string node, bool isDraining, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IPoolGrain>(pool);
        await grain.SetDraining(node, isDraining);
        return await NodeAsync(pool, node, grain);
    }

    private static async Task<IResult> ReclaimAsync(string pool, string node, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var within = (await RequestBody.ReadJsonAsync<ReclaimNotice>(request, cancellationToken)).WithinSeconds;
        return within is >= 0 and <= ReclaimNotice.MaxSeconds
            ? await SetReclaimAsync(pool, node, TimeSpan.FromSeconds(within), grains)
            : throw new FabricRefusedException(string.Create(
                CultureInfo.InvariantCulture, $"withinSeconds is {within}; allowed: 0 to {ReclaimNotice.MaxSeconds}, from now."));
    }

    private static async Task<IResult> SetReclaimAsync(string pool, string node, TimeSpan? within, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IPoolGrain>(pool);
        await grain.SetReclaim(node, within);
        return await NodeAsync(pool, node, grain);
    }

    private static async Task<IResult> NodeAsync(string pool, string node, IPoolGrain grain) =>
        FabricJson.Result((await grain.GetStatus()).Nodes.FirstOrDefault(known => known.Name == node)
            ?? throw new FabricNotFoundException($"Pool {pool} has no node '{node}' any more: somebody removed it meanwhile."));

    private static async Task<IResult> NodesAsync(HttpRequest request, IGrainFactory grains)
    {
        var pool = FabricNames.Require("pool", (string?)request.Query["pool"] ?? DefaultPool);
        return FabricJson.Result((await grains.GetGrain<IPoolGrain>(pool).GetStatus()).Nodes);
    }

    private static async Task<IResult> PoolAsync(string pool, IGrainFactory grains) =>
        FabricJson.Result(await grains.GetGrain<IPoolGrain>(pool).GetStatus());
}
