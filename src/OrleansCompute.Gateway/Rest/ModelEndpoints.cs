using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Models of a tenant: versions and their files.</summary>
internal static class ModelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var models = api.MapGroup("/tenants/{tenant}/models").RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        models.MapGet("", ListAsync);
        models.MapGet("/{model}", GetAsync);
        models.MapPost("/{model}/versions", PublishAsync);
        models.MapGet("/{model}/versions/{version}", GetVersionAsync);
        models.MapGet("/{model}/versions/{version}/file", GetFileAsync);
    }

    /// <summary>The version of a route: 0 is the newest.</summary>
    public static async Task<ModelVersion> FindAsync(IGrainFactory grains, string tenant, string model, string version) =>
        await grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, model)).Get((int)RequestBody.Number("version", version, 0, int.MaxValue));

    private static async Task<IResult> ListAsync(
        string tenant, IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        FabricJson.Result(await GrainGathering.ListAsync(
            grains,
            tenant,
            TenantResource.Model,
            options.Value.MaxListConcurrency,
            model => grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, model)).Get(0),
            cancellationToken));

    private static async Task<IResult> GetAsync(string tenant, string model, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, model));
        await grain.Get(0);
        return FabricJson.Result(await grain.List());
    }

    private static async Task<IResult> PublishAsync(
        string tenant, string model, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        FabricNames.Require("model", model);
        var publication = await RequestBody.ReadJsonAsync<ModelPublication>(request, cancellationToken);
        return FabricJson.Result(
            await grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, model)).Publish(publication), StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetVersionAsync(string tenant, string model, string version, IGrainFactory grains) =>
        FabricJson.Result(await FindAsync(grains, tenant, model, version));

    private static async Task<IResult> GetFileAsync(
        string tenant, string model, string version, IGrainFactory grains, IArtifactStore artifacts)
    {
        var found = await FindAsync(grains, tenant, model, version);
        return TypedResults.Stream(
            artifacts.OpenRead(found.Sha256),
            "application/octet-stream",
            $"{found.Name}-{found.Version}.onnx",
            found.CreatedAt,
            new EntityTagHeaderValue($"\"{found.Sha256}\""),
            enableRangeProcessing: true);
    }
}
