using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Gateway.Datasets;
using OrleansCompute.Gateway.Inferences;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>What a model version reached at the edge, measured against the labels of a registered dataset.</summary>
internal static class InferenceEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/tenants/{tenant}/models/{model}/versions/{version}/inferences/summary", SummaryAsync)
            .RequireAuthorization(FabricKeyDefaults.TenantPolicy);

    private static async Task<IResult> SummaryAsync(
        string tenant,
        string model,
        string version,
        HttpRequest request,
        IGrainFactory grains,
        IArtifactStore artifacts,
        IInferenceStore inferences,
        CancellationToken cancellationToken)
    {
        var dataset = FabricNames.Require("dataset", request.Query["dataset"]);
        var found = await ModelEndpoints.FindAsync(grains, tenant, model, version);
        var labelled = await grains.GetGrain<IDatasetGrain>(FabricKey.Of(tenant, dataset)).Get(0);
        await using var file = artifacts.OpenRead(labelled.LabelsSha256);
        var scoring = new InferenceScoring(await IdxLabels.ReadAsync(file, cancellationToken));
        await foreach (var inference in inferences.ReadInferencesAsync(tenant, model, found.Version, cancellationToken))
        {
            scoring.Add(inference);
        }

        return FabricJson.Result(scoring.Summarize(model, found.Version, $"{labelled.Name}@{labelled.Version}"));
    }
}
