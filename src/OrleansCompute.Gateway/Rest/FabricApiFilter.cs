using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansCompute.Contracts;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Checks the names in the route, and turns exceptions of handlers into problem details.</summary>
internal sealed partial class FabricApiFilter(ILogger<FabricApiFilter> logger) : IEndpointFilter
{
    // Route values that are names in the fabric, with what they are.
    private static readonly string[] NameRouteValues = ["tenant", "job", "dataset", "model", "rollout", "device", "pool", "node"];

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var name in NameRouteValues)
        {
            if (context.HttpContext.Request.RouteValues.TryGetValue(name, out var value)
                && FabricNames.Explain(name, value as string) is { } problem)
            {
                return FabricProblem.Of(StatusCodes.Status400BadRequest, problem);
            }
        }

        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) when (FabricProblem.Of(error) is { } expected)
        {
            return expected;
        }
        catch (OrleansException error)
        {
            LogUnavailable(context.HttpContext.Request.Method, context.HttpContext.Request.Path, error);
            return FabricProblem.Of(StatusCodes.Status503ServiceUnavailable,
                "The part of the fabric that holds this is not available now; try again in some seconds.");
        }
        catch (Exception error)
        {
            LogFailed(context.HttpContext.Request.Method, context.HttpContext.Request.Path, error);
            return FabricProblem.Of(StatusCodes.Status500InternalServerError,
                "The server failed on this request; its log has the cause. This is a bug of the fabric.");
        }
    }
}
