using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Connections;

internal sealed partial class MqttAgentConnection
{
    [LoggerMessage(7001, LogLevel.Warning, "{Reason} The agent tries again.")]
    private partial void LogConnectFailed(string reason);
}
