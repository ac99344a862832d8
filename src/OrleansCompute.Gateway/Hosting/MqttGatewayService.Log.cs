using Microsoft.Extensions.Logging;

namespace OrleansCompute.Gateway.Hosting;

internal sealed partial class MqttGatewayService
{
    [LoggerMessage(4000, LogLevel.Warning,
        "The gateway stopped after {Timeout} with {Sessions} devices whose grains had not heard everything; the store has it.")]
    private partial void LogDrainIncomplete(int sessions, TimeSpan timeout);
}
