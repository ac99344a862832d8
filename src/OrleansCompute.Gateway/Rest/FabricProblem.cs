using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCompute.Contracts;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Errors of the REST API as RFC 9457 problem details: <c>detail</c> is the sentence that the user reads.</summary>
internal static class FabricProblem
{
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>The problem for an exception; null for one that is a bug and belongs to the host's own error handling.</summary>
    public static ProblemHttpResult? Of(Exception error) => error switch
    {
        RequestException request => Of(request.Status, request.Message),
        FabricNotFoundException absent => Of(StatusCodes.Status404NotFound, absent.Message),
        FabricRefusedException refused => Of(StatusCodes.Status400BadRequest, refused.Message),
        TimeoutException => Of(
            StatusCodes.Status504GatewayTimeout,
            "The fabric did not answer in time; it may be overloaded or starting. Ask for the state of what you changed, then try again."),
        BadHttpRequestException bad => Of(bad.StatusCode, bad.Message),
        JsonException json => Of(StatusCodes.Status400BadRequest, $"The body is no valid JSON for this request: {json.Message}"),
        _ => null,
    };
}
