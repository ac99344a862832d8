using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>
/// Sends the outbox in order, several messages under way at once. After any failure it starts again behind the last
/// acknowledged reading (go back n), so that the fabric sees ascending numbers whatever was lost: repeated ones it knows,
/// missing ones there are none.
/// </summary>
internal sealed partial class OutboxSender(
    Outbox outbox, IAgentConnection connection, string topic, int batchReadings,
    int window, RetryDelay retry, TimeProvider time, ILogger<OutboxSender> logger)
{
    private readonly ILogger<OutboxSender> _logger = logger;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await connection.WhenConnectedAsync(cancellationToken);
            try
            {
                await SendAsync(cancellationToken);
            }
            catch (AgentConnectionException error)
            {
                var delay = retry.Next();
                LogNotAcknowledged(error.Message, outbox.LastSequence - outbox.Acknowledged, delay);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var underWay = new Queue<(Task Acknowledged, long Last)>();
        var sent = outbox.Acknowledged;
        try
        {
            while (true)
            {
                while (underWay.TryPeek(out var oldest) && (oldest.Acknowledged.IsCompleted || underWay.Count >= window))
                {
                    await oldest.Acknowledged.WaitAsync(cancellationToken);
                    underWay.Dequeue();
                    outbox.Acknowledge(oldest.Last);
                    retry.Reset();
                }

                var readings = outbox.Peek(sent, batchReadings);
                if (!readings.IsEmpty)
                {
                    sent = readings[^1].Sequence;
                    underWay.Enqueue((connection.PublishAsync(topic, Encode(readings), cancellationToken), sent));
                    continue;
                }

                await WaitAsync(sent, underWay, cancellationToken);
            }
        }
        finally
        {
            // None may still be on its way when the same readings are sent again: order would be lost.
            await Task.WhenAll(underWay.Select(message => message.Acknowledged))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task WaitAsync(long sent, Queue<(Task Acknowledged, long Last)> underWay, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var appended = outbox.WhenAppendedAsync(sent, waiting.Token);
        await (underWay.TryPeek(out var oldest) ? Task.WhenAny(appended, oldest.Acknowledged) : Task.WhenAny(appended));
        await waiting.CancelAsync();
        await appended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static ReadOnlyMemory<byte> Encode(ImmutableArray<TelemetryReading> readings)
    {
        var output = new ArrayBufferWriter<byte>(64 + (readings.Length * 48));
        TelemetryCodec.Encode(output, new TelemetryBatch { Readings = readings });
        return output.WrittenMemory;
    }
}
