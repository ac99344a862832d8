using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Reads small untrusted bodies and query values, with a sentence for everything that is wrong with them.</summary>
internal static class RequestBody
{
    /// <summary>Largest JSON or YAML body: a roll-out to 10,000 devices takes 680 KB.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the body as JSON of a type.</summary>
    /// <exception cref="RequestException">Too large, another media type, or no value of the type.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (!IsJson(request))
        {
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType,
                $"The Content-Type is '{request.ContentType}'; allowed: application/json.");
        }

        var bytes = await ReadBytesAsync(request, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(bytes.Span, FabricJson.Options)
                ?? throw new RequestException(StatusCodes.Status400BadRequest, "The body is null; allowed: a JSON object.");
        }
        catch (JsonException error)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"The body does not fit this request: {error.Message}");
        }
    }

    /// <summary>Reads the body as UTF-8 text.</summary>
    /// <exception cref="RequestException">Too large, or not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(request, cancellationToken);
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException error)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"The body is not UTF-8 text at byte {error.Index}.");
        }
    }

    public static bool IsJson(HttpRequest request) => MediaType(request) is "application/json";

    public static bool IsYaml(HttpRequest request) => MediaType(request) is "application/yaml" or "text/yaml" or "application/x-yaml";

    /// <summary>A whole number of the query.</summary>
    /// <exception cref="RequestException">No number, or out of range.</exception>
    public static long Query(HttpRequest request, string name, long byDefault, long min, long max)
    {
        var values = request.Query[name];
        return values.Count == 0 ? byDefault : Number(name, values[^1], min, max);
    }

    /// <summary>A whole number of the route or the query.</summary>
    /// <exception cref="RequestException">No number, or out of range.</exception>
    public static long Number(string name, string? text, long min, long max)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
        {
            return number;
        }

        var shown = text is { Length: > 80 } ? text[..80] + "…" : text;
        throw new RequestException(StatusCodes.Status400BadRequest, $"{name} is '{shown}'; allowed: a whole number, {min} to {max}.");
    }

    private static string? MediaType(HttpRequest request) =>
        request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant();

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge($"The body has {request.ContentLength} bytes");
        }

        var bytes = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await request.Body.ReadAsync(bytes.GetMemory(4096), cancellationToken);
            if (read == 0)
            {
                return bytes.WrittenMemory;
            }

            bytes.Advance(read);
            if (bytes.WrittenCount > MaxBytes)
            {
                throw TooLarge($"The body has more than {MaxBytes} bytes");
            }
        }

        static RequestException TooLarge(string fact) =>
            new(StatusCodes.Status413PayloadTooLarge, $"{fact}; allowed: up to {MaxBytes}.");
    }
}
