using Microsoft.AspNetCore.Http;

namespace OrleansCompute.Dashboard.Hosting;

internal static class SecurityHeaders
{
    /// <summary>Everything comes from here and nothing is inline: markup that slipped into a name could still not run or load.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static void Apply(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
    }
}
