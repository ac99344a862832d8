using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>Publishes inference reports one after another, each until it is acknowledged.</summary>
internal sealed partial class InferenceSender(
    ChannelReader<InferenceReport> reports, IAgentConnection connection, string topic, RetryDelay retry, TimeProvider time, ILogger<InferenceSender> logger)
{
    private readonly ILogger<InferenceSender> _logger = logger;

    /// <summary>Runs until the queue is completed and empty, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var report in reports.ReadAllAsync(cancellationToken))
        {
            var output = new ArrayBufferWriter<byte>(64 + (report.Results.Length * 24));
            InferenceReportCodec.Encode(output, report);
            while (!await TryPublishAsync(output.WrittenMemory, cancellationToken))
            {
                await Task.Delay(retry.Next(), time, cancellationToken);
            }

            retry.Reset();
        }
    }

    private async Task<bool> TryPublishAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await connection.WhenConnectedAsync(cancellationToken);
        try
        {
            await connection.PublishAsync(topic, payload, cancellationToken);
            return true;
        }
        catch (AgentConnectionException error)
        {
            LogNotAcknowledged(error.Message);
            return false;
        }
    }
}
