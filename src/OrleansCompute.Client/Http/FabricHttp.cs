using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCompute.Client.Http;

/// <summary>Sends requests and turns everything that goes wrong into <see cref="FabricApiException"/>. Thread-safe.</summary>
internal sealed class FabricHttp
{
    // A problem is a sentence or a list of them; a server that sends more is not ours.
    private const int MaxProblemBytes = 64 * 1024;

    private readonly HttpClient client;
    private readonly Uri root;
    private readonly AuthenticationHeaderValue? authorization;

    public FabricHttp(HttpClient client, FabricClientOptions options)
    {
        if (options.BaseAddress is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new FabricApiException($"BaseAddress is '{options.BaseAddress}'; allowed: an address that begins with http:// or https://.");
        }

        this.client = client;
        var text = options.BaseAddress.AbsoluteUri;
        root = new Uri($"{text.TrimEnd('/')}/api/v1/");
        authorization = options.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
    }

    public static JsonSerializerOptions Json { get; } = CreateJson();

    /// <summary>Path below the root of the API; each segment is escaped, null ones are left out.</summary>
    public static string Path(params ReadOnlySpan<string?> segments)
    {
        var parts = new List<string>(segments.Length);
        foreach (var segment in segments)
        {
            if (segment is { Length: > 0 })
            {
                // A name of dots only would be taken for a step up the path; the server refuses such names anyway.
                parts.Add(segment.All(c => c == '.') ? segment.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(segment));
            }
            else if (segment is not null)
            {
                throw new FabricApiException("A name is empty; allowed: 1 to 64 characters of a-z 0-9 . _ -, starting with a letter or a digit.");
            }
        }

        return string.Join('/', parts);
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    public Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, body.GetType(), options: Json), cancellationToken);

    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var answer = await ExchangeAsync(method, path, content, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellationToken).ConfigureAwait(false)
                ?? throw new FabricApiException(answer.StatusCode, $"The server at {root} answered nothing to {method} {path}; is it an OrleansCompute server of this version?");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new FabricApiException(
                answer.StatusCode, $"The server at {root} answered {method} {path} in a form that this client does not know; use a client of the server's version.", error);
        }
    }

    /// <summary>Copies the body of an answer to a stream as it comes.</summary>
    public async Task DownloadAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var answer = await ExchangeAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        try
        {
            await answer.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new FabricApiException(null, $"The download from {root} broke off; try again.", error);
        }
    }

    private static JsonSerializerOptions CreateJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            MaxDepth = 16,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpMethod method, string path, HttpContent? content, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(root, path));
        request.Content = content;
        request.Headers.Authorization = authorization;
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, completion, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new FabricApiException(
                null, $"No server answers at {root.GetLeftPart(UriPartial.Authority)}; start one with 'oc up', or give the address of a running one.", error);
        }
        catch (HttpRequestException error)
        {
            throw new FabricApiException(error.StatusCode, $"The request to {root.GetLeftPart(UriPartial.Authority)} failed: {error.Message}", error);
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new FabricApiException(
                null, $"The server at {root.GetLeftPart(UriPartial.Authority)} did not answer within {client.Timeout.TotalSeconds:0} s; try again, or look at its log.", error);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new FabricApiException(answer.StatusCode, await ReadProblemAsync(answer, method, path, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<string> ReadProblemAsync(HttpResponseMessage answer, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && answer.Content.Headers.ContentLength is null or <= MaxProblemBytes)
        {
            try
            {
                var problem = await answer.Content.ReadFromJsonAsync<ApiProblem>(Json, cancellationToken).ConfigureAwait(false);
                if (problem?.Detail is { Length: > 0 } detail)
                {
                    return detail;
                }
            }
            catch (JsonException)
            {
                // Answered below: the status is all that is known.
            }
        }

        return answer.StatusCode == HttpStatusCode.NotFound
            ? $"The server at {root.GetLeftPart(UriPartial.Authority)} does not know {method} {path}; is it an OrleansCompute server of this version?"
            : $"The server at {root.GetLeftPart(UriPartial.Authority)} answered {(int)answer.StatusCode} to {method} {path} without a reason; its log may have one.";
    }

    private sealed record ApiProblem(string? Detail);
}
