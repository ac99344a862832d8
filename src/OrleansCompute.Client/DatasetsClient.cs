using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Datasets;

namespace OrleansCompute.Client;

/// <summary>Datasets of a tenant. Thread-safe.</summary>
public sealed class DatasetsClient
{
    private readonly FabricHttp api;

    internal DatasetsClient(FabricHttp api) => this.api = api;

    /// <summary>Adds a version made of two uploaded artifacts; the same content again gives the version it has.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="dataset">Name.</param>
    /// <param name="imagesSha256">Artifact with the images (IDX, may be gzip), lower-case hexadecimal.</param>
    /// <param name="labelsSha256">Artifact with the labels.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<DatasetVersion> AddVersionAsync(
        string tenant, string dataset, string imagesSha256, string labelsSha256, CancellationToken cancellationToken = default) =>
        api.PostAsync<DatasetVersion>(
            FabricHttp.Path("tenants", tenant, "datasets", dataset), new { imagesSha256, labelsSha256 }, cancellationToken);

    /// <summary>The newest version of each dataset, by name.</summary>
    public Task<IReadOnlyList<DatasetVersion>> ListAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<DatasetVersion>>(FabricHttp.Path("tenants", tenant, "datasets"), cancellationToken);

    /// <summary>All versions of a dataset, oldest first.</summary>
    public Task<IReadOnlyList<DatasetVersion>> GetVersionsAsync(
        string tenant, string dataset, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<DatasetVersion>>(FabricHttp.Path("tenants", tenant, "datasets", dataset), cancellationToken);
}
