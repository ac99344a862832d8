using System.Collections.Immutable;
using OrleansCompute.Edge.Agent.Telemetry;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Telemetry;

public sealed class MoteReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImmutableArray<MoteReading> _recording = [.. Enumerable.Range(0, 250).Select(i => new MoteReading(i, 2 * i))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WhenRestarted_SendsEveryReadingOnceUnderItsPlaceInTheRecording()
    {
        using (var outbox = Outbox.Open(_folder.Path, 10_000))
        {
            await new MoteReplay(_recording[..100], 100_000, 30, outbox, TimeProvider.System).RunAsync(default)
                .OrFailAsync("the recording ended");
            outbox.Acknowledge(40);
        }

        using (var outbox = Outbox.Open(_folder.Path, 10_000))
        {
            await new MoteReplay(_recording, 100_000, 30, outbox, TimeProvider.System).RunAsync(default).OrFailAsync("the recording ended");
            var readings = outbox.Peek(0, 1000);
            Assert.Equal(Enumerable.Range(41, 210).Select(i => (long)i), readings.Select(reading => reading.Sequence));
            Assert.All(readings, reading => Assert.Equal(
                [("temperature", reading.Sequence - 1d), ("humidity", 2d * (reading.Sequence - 1))],
                reading.Values.Select(value => (value.Name, value.Value))));
        }
    }

    [Fact]
    public async Task Run_WhenTimePasses_KeepsThePace()
    {
        var clock = new ManualTimeProvider();
        using var outbox = Outbox.Open(_folder.Path, 10_000);
        using var stop = new CancellationTokenSource();
        var running = new MoteReplay(_recording, 10, 30, outbox, clock).RunAsync(stop.Token);
        await outbox.WhenAppendedAsync(0, default).OrFailAsync("the first reading came at once");
        Assert.Equal(1, outbox.LastSequence);
        for (long expected = 2; expected <= 5; expected++)
        {
            Assert.True(SpinWait.SpinUntil(() => clock.PendingTimers == 1, TimeSpan.FromSeconds(30)), "the replay never waited");
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await outbox.WhenAppendedAsync(expected - 1, default).OrFailAsync($"reading {expected} came");
            Assert.Equal(expected, outbox.LastSequence);
        }

        Assert.Equal(clock.GetUtcNow(), outbox.Peek(4, 1)[0].MeasuredAt);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
