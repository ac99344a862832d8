using System.Buffers;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Reporting;

/// <summary>Publishes every change of the update state at once and in order, and the counters every few seconds if they changed.</summary>
internal sealed partial class StatusReporter(
    AgentStatus status, IAgentConnection connection, string topic, TimeSpan interval,
    RetryDelay retry, TimeProvider time, ILogger<StatusReporter> logger)
{
    private readonly ILogger<StatusReporter> _logger = logger;
    private DeviceReport? _last;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var transition = status.Transitions.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            await Task.WhenAny(tick, transition);
            cancellationToken.ThrowIfCancellationRequested();
            if (transition.IsCompleted)
            {
                while (status.Transitions.TryRead(out var report))
                {
                    await PublishAsync(report, cancellationToken);
                }

                transition = status.Transitions.WaitToReadAsync(cancellationToken).AsTask();
            }

            if (tick.IsCompleted)
            {
                // The peak of the memory alone is no news.
                var report = status.Snapshot();
                if (_last is null || report != _last with { PeakMemoryBytes = report.PeakMemoryBytes })
                {
                    await PublishAsync(report, cancellationToken);
                }

                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }
        }
    }

    private async Task PublishAsync(DeviceReport report, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(256);
        DeviceReportCodec.Encode(output, report);
        while (true)
        {
            await connection.WhenConnectedAsync(cancellationToken);
            try
            {
                await connection.PublishAsync(topic, output.WrittenMemory, cancellationToken);
                _last = report;
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
}
