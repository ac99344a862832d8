using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansCompute.Contracts.Server;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>The server's own state, for the operator.</summary>
internal static class StatusEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/status", Get).RequireAuthorization(FabricKeyDefaults.OperatorPolicy);

    private static JsonHttpResult<ServerStatus> Get(IGatewayEndpoints endpoints, GatewayStatistics statistics) =>
        FabricJson.Result(new ServerStatus(
            typeof(StatusEndpoints).Assembly.GetName().Version?.ToString(3) ?? "unknown",
            endpoints.MqttEndpoint?.ToString(),
            statistics.Snapshot()));
}
