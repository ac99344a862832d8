using System.Collections.Immutable;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>
/// Appends recorded readings to the outbox at a fixed pace. The sequence number of a reading is its place in the recording, from
/// 1, so that a restart goes on where the outbox ends.
/// </summary>
internal sealed class MoteReplay(
    ImmutableArray<MoteReading> recording, double readingsPerSecond, int batchReadings, Outbox outbox, TimeProvider time)
{
    // Ten times a second is smooth for a dashboard, and a message each even at a low pace.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs until the recording ends. Waits while the outbox is full, and then goes on at its pace without catching up.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (started, appended) = (time.GetTimestamp(), 0L);
        while (outbox.LastSequence < recording.Length)
        {
            var due = (long)(time.GetElapsedTime(started).TotalSeconds * readingsPerSecond) + 1 - appended;
            if (due <= 0)
            {
                var pause = TimeSpan.FromSeconds((1 - due) / readingsPerSecond);
                await Task.Delay(pause < Tick ? Tick : pause, time, cancellationToken);
                continue;
            }

            var first = (int)outbox.LastSequence;
            var count = (int)Math.Min(Math.Min(due, batchReadings), recording.Length - first);
            var before = time.GetTimestamp();
            await outbox.AppendAsync(Measure(first, count), cancellationToken);
            appended += count;
            if (time.GetElapsedTime(before) > Tick)
            {
                (started, appended) = (time.GetTimestamp(), 0);
            }
        }
    }

    private TelemetryReading[] Measure(int first, int count)
    {
        var now = time.GetUtcNow();
        var readings = new TelemetryReading[count];
        for (var i = 0; i < count; i++)
        {
            var (temperature, humidity) = recording[first + i];
            readings[i] = new TelemetryReading
            {
                Sequence = 0, MeasuredAt = now, Values = [new NamedValue("temperature", temperature), new NamedValue("humidity", humidity)],
            };
        }

        return readings;
    }
}
