using System.Net.Http.Headers;
using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Client;

/// <summary>Upload of files. Thread-safe.</summary>
public sealed class ArtifactsClient
{
    private readonly FabricHttp api;

    internal ArtifactsClient(FabricHttp api) => this.api = api;

    /// <summary>Uploads a stream to its end; the same bytes again are stored once.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="content">Read from its position to its end; up to the server's limit, 512 MiB by default. Stays open.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <returns>Hash and size.</returns>
    public async Task<ArtifactInfo> UploadAsync(string tenant, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var body = new StreamContent(new KeptOpenStream(content));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await api.SendAsync<ArtifactInfo>(HttpMethod.Put, FabricHttp.Path("tenants", tenant, "artifacts"), body, cancellationToken)
            .ConfigureAwait(false);
    }
}
