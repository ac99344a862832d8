using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Upload of artifacts: the body goes to the store as it comes, and is never held in memory.</summary>
internal static class ArtifactEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPut("/tenants/{tenant}/artifacts", PutAsync).RequireAuthorization(FabricKeyDefaults.TenantPolicy);

    private static async Task<IResult> PutAsync(
        HttpRequest request, IArtifactStore artifacts, IOptions<GatewayOptions> options, CancellationToken cancellationToken)
    {
        var max = options.Value.MaxArtifactBytes;
        if (request.ContentLength > max)
        {
            throw new RequestException(
                StatusCodes.Status413PayloadTooLarge, $"The artifact has {request.ContentLength} bytes; allowed: up to {max}.");
        }

        // The store counts what comes and names the limit: Kestrel's own limit of 30 MB is for forms.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        try
        {
            return FabricJson.Result(await artifacts.PutAsync(request.Body, max, cancellationToken));
        }
        catch (FabricRefusedException refused)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge, refused.Message);
        }
    }
}
