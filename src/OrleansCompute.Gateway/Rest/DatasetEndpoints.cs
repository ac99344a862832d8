using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Datasets of a tenant.</summary>
internal static class DatasetEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var datasets = api.MapGroup("/tenants/{tenant}/datasets").RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        datasets.MapGet("", ListAsync);
        datasets.MapGet("/{dataset}", GetAsync);
        datasets.MapPost("/{dataset}", AddAsync);
    }

    private static async Task<IResult> AddAsync(
        string tenant, string dataset, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadJsonAsync<DatasetRegistration>(request, cancellationToken);
        return FabricJson.Result(
            await grains.GetGrain<IDatasetGrain>(FabricKey.Of(tenant, dataset)).AddVersion(body.ImagesSha256, body.LabelsSha256));
    }

    private static async Task<IResult> ListAsync(
        string tenant, IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        FabricJson.Result(await GrainGathering.ListAsync(
            grains,
            tenant,
            TenantResource.Dataset,
            options.Value.MaxListConcurrency,
            dataset => grains.GetGrain<IDatasetGrain>(FabricKey.Of(tenant, dataset)).Get(0),
            cancellationToken));

    private static async Task<IResult> GetAsync(string tenant, string dataset, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IDatasetGrain>(FabricKey.Of(tenant, dataset));
        await grain.Get(0);
        return FabricJson.Result(await grain.List());
    }
}
