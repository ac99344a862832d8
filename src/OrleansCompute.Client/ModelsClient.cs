using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Client;

/// <summary>The model registry of a tenant. Thread-safe.</summary>
public sealed class ModelsClient
{
    private readonly FabricHttp api;

    internal ModelsClient(FabricHttp api) => this.api = api;

    /// <summary>The newest version of each model, by name.</summary>
    public Task<IReadOnlyList<ModelVersion>> ListAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<ModelVersion>>(FabricHttp.Path("tenants", tenant, "models"), cancellationToken);

    /// <summary>All versions of a model, oldest first.</summary>
    public Task<IReadOnlyList<ModelVersion>> GetVersionsAsync(string tenant, string model, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<ModelVersion>>(FabricHttp.Path("tenants", tenant, "models", model), cancellationToken);

    /// <summary>A version; 0 is the newest.</summary>
    public Task<ModelVersion> GetVersionAsync(string tenant, string model, int version = 0, CancellationToken cancellationToken = default) =>
        api.GetAsync<ModelVersion>(FabricHttp.Path("tenants", tenant, "models", model, "versions", FabricHttp.Number(version)), cancellationToken);

    /// <summary>Puts an uploaded ONNX file into the registry as the next version; the server signs it.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="model">Name.</param>
    /// <param name="publication">The uploaded artifact, its measured qualities, and where it came from.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ModelVersion> PublishAsync(
        string tenant, string model, ModelPublication publication, CancellationToken cancellationToken = default) =>
        api.PostAsync<ModelVersion>(FabricHttp.Path("tenants", tenant, "models", model, "versions"), publication, cancellationToken);

    /// <summary>Copies the ONNX file of a version to a stream; 0 is the newest.</summary>
    public Task DownloadAsync(string tenant, string model, int version, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return api.DownloadAsync(
            FabricHttp.Path("tenants", tenant, "models", model, "versions", FabricHttp.Number(version), "file"), destination, cancellationToken);
    }

    /// <summary>What the version reached at the edge, against the labels of a registered dataset.</summary>
    public Task<InferenceSummary> GetInferenceSummaryAsync(
        string tenant, string model, int version, string dataset, CancellationToken cancellationToken = default) =>
        api.GetAsync<InferenceSummary>(
            FabricHttp.Path("tenants", tenant, "models", model, "versions", FabricHttp.Number(version), "inferences", "summary")
                + $"?dataset={Uri.EscapeDataString(dataset)}",
            cancellationToken);
}
