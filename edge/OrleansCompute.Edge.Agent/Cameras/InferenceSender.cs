using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>Publishes inference reports one after another, each until it is acknowledged, and notes the camera's progress.</summary>
internal sealed partial class InferenceSender(
    ChannelReader<CameraBatch> batches,
    CameraProgress progress,
    IAgentConnection connection,
    string topic,
    RetryDelay retry,
    TimeProvider time,
    ILogger<InferenceSender> logger)
{
    private readonly ILogger<InferenceSender> _logger = logger;

    /// <summary>Runs until the queue is completed and empty, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.ReadAllAsync(cancellationToken))
        {
            var output = new ArrayBufferWriter<byte>(64 + (batch.Report.Results.Length * 24));
            InferenceReportCodec.Encode(output, batch.Report);
            await PublishAsync(output.WrittenMemory, cancellationToken);
            Save(batch);
        }
    }

    private async Task PublishAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        while (true)
        {
            await connection.WhenConnectedAsync(cancellationToken);
            try
            {
                await connection.PublishAsync(topic, payload, cancellationToken);
                retry.Reset();
                return;
            }
            catch (AgentConnectionException error)
            {
                var delay = retry.Next();
                LogNotAcknowledged(error.Message, delay);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    private void Save(CameraBatch batch)
    {
        try
        {
            progress.Save(batch);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk: the results are with the fabric, and a restarted agent makes a few of them again.
            LogNotSaved(error.Message);
        }
    }
}
