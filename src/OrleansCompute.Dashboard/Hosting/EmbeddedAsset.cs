using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace OrleansCompute.Dashboard.Hosting;

/// <summary>
/// A file of the page that travels inside the assembly: it is there from any working directory, under any host SDK and in every
/// environment, which static web assets of a library are not.
/// </summary>
internal sealed class EmbeddedAsset
{
    private readonly byte[] _content;

    private EmbeddedAsset(string name, string contentType, byte[] content)
    {
        Name = name;
        ContentType = contentType;
        _content = content;
        Version = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
    }

    public static EmbeddedAsset Style { get; } = Load("dashboard.css", "text/css; charset=utf-8");

    public static EmbeddedAsset Script { get; } = Load("dashboard.js", "text/javascript; charset=utf-8");

    public static EmbeddedAsset Icon { get; } = Load("icon.svg", "image/svg+xml");

    public string Name { get; }

    public string ContentType { get; }

    /// <summary>The beginning of its hash: part of its address, so that a browser may keep it for ever.</summary>
    public string Version { get; }

    /// <summary>Address relative to the dashboard's root.</summary>
    public string Address => $"_dashboard/{Name}?v={Version}";

    public IResult Serve(HttpContext context)
    {
        // Only the address of this very version is kept for ever: a page of an older build must not pin newer bytes.
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == Version ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(_content, ContentType);
    }

    private static EmbeddedAsset Load(string name, string contentType)
    {
        using var stream = typeof(EmbeddedAsset).Assembly.GetManifestResourceStream("OrleansCompute.Dashboard.Assets." + name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{name}'; build the project again.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return new EmbeddedAsset(name, contentType, buffer.ToArray());
    }
}
