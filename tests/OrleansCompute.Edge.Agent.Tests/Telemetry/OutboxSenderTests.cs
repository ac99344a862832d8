using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Agent.Telemetry;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Telemetry;

public sealed class OutboxSenderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedConnection _connection = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Outbox _outbox;

    public OutboxSenderTests() => _outbox = Outbox.Open(_folder.Path, 10_000);

    public void Dispose()
    {
        _outbox.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_WhenReadingsWait_SendsThemInOrderInBatches()
    {
        await _outbox.AppendAsync(OutboxTests.Readings(250), default);
        var running = Start(batch: 100, window: 3);
        await _outbox.WhenEmptyAsync(default).OrFailAsync("everything was acknowledged");
        await _outbox.AppendAsync(OutboxTests.Readings(1), default);
        await _outbox.WhenEmptyAsync(default).OrFailAsync("a later reading was acknowledged");
        await StopAsync(running);
        Assert.Equal([(1L, 100L), (101L, 200L), (201L, 250L), (251L, 251L)], Batches());
        Assert.All(_connection.Published, message => Assert.Equal("t", message.Topic));
    }

    [Fact]
    public async Task Run_WhenNothingIsAcknowledged_StopsAtTheWindow()
    {
        var three = new TaskCompletionSource();
        var acknowledged = new TaskCompletionSource();
        var sent = 0;
        _connection.OnPublish = (_, _) =>
        {
            if (++sent == 3)
            {
                three.SetResult();
            }

            return acknowledged.Task;
        };
        await _outbox.AppendAsync(OutboxTests.Readings(10), default);
        var running = Start(batch: 1, window: 3);
        await three.Task.OrFailAsync("three messages were sent");
        Assert.Equal(3, _connection.Published.Count);
        Assert.Equal(0, _outbox.Acknowledged);
        acknowledged.SetResult();
        await _outbox.WhenEmptyAsync(default).OrFailAsync("the rest was sent");
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_WhenAMessageFails_SendsAgainFromThereInOrder()
    {
        // The third message is lost once, the fourth was acknowledged although it left after it.
        var calls = 0;
        _connection.OnPublish = (_, _) => ++calls == 3 ? Task.FromException(new AgentConnectionException("lost")) : Task.CompletedTask;
        await _outbox.AppendAsync(OutboxTests.Readings(6), default);
        var running = Start(batch: 1, window: 2);
        await _outbox.WhenEmptyAsync(default).OrFailAsync("everything was acknowledged");
        await StopAsync(running);
        var sequences = Batches().Select(batch => batch.First).ToList();
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (long)i), sequences.Distinct());
        Assert.Equal(2, sequences.Count(sequence => sequence == 3));

        // Whoever keeps the highest number seen and drops what is not above it loses nothing.
        long highest = 0;
        Assert.All(sequences, sequence =>
        {
            Assert.True(sequence <= highest + 1, $"{sequence} came after {highest}");
            highest = Math.Max(highest, sequence);
        });
    }

    [Fact]
    public async Task Run_WhenAMessageFailsWhileALaterOneIsUnderWay_WaitsForThatBeforeSendingAgain()
    {
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var bothSent = new TaskCompletionSource();
        var sentAgain = new TaskCompletionSource();
        var calls = 0;
        _connection.OnPublish = (_, _) =>
        {
            switch (++calls)
            {
                case 1:
                    return first.Task;
                case 2:
                    bothSent.SetResult();
                    return second.Task;
                case 3:
                    sentAgain.SetResult();
                    goto default;
                default:
                    Assert.True(second.Task.IsCompleted, "readings were sent again while a later message was under way");
                    return Task.CompletedTask;
            }
        };
        await _outbox.AppendAsync(OutboxTests.Readings(2), default);
        var running = Start(batch: 1, window: 2);
        await bothSent.Task.OrFailAsync("two messages were sent");
        first.SetException(new AgentConnectionException("lost"));

        // More to send wakes the sender if anything does.
        await _outbox.AppendAsync(OutboxTests.Readings(1), default);
        Assert.NotSame(sentAgain.Task, await Task.WhenAny(sentAgain.Task, Task.Run(async () =>
        {
            for (var turn = 0; turn < 1000; turn++)
            {
                await Task.Yield();
            }
        })));
        second.SetResult();
        await _outbox.WhenEmptyAsync(default).OrFailAsync("everything was acknowledged");
        await StopAsync(running);
        Assert.Equal([1L, 2, 1, 2, 3], Batches().Select(batch => batch.First));
    }

    [Fact]
    public async Task Run_WhenConnectionFailsAtRandom_LosesNothing()
    {
        var random = new Random(3);
        var stored = new HashSet<long>();
        _connection.OnPublish = (_, payload) =>
        {
            var arrives = random.Next(4) != 0;
            if (arrives)
            {
                Assert.True(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(payload), out var batch, out var error), error);
                stored.UnionWith(batch.Readings.Select(reading => reading.Sequence));
            }

            // Some arrive although their acknowledgement does not.
            return arrives && random.Next(4) != 0 ? Task.CompletedTask : Task.FromException(new AgentConnectionException("lost"));
        };
        var running = Start(batch: 7, window: 4);
        for (var i = 0; i < 20; i++)
        {
            await _outbox.AppendAsync(OutboxTests.Readings(11), default);
        }

        await _outbox.WhenEmptyAsync(default).OrFailAsync("everything was acknowledged");
        await StopAsync(running);
        Assert.Equal(Enumerable.Range(1, 220).Select(i => (long)i), stored.Order());
    }

    [Fact]
    public async Task Run_WhenTheServerRefuses_WaitsLongerEachTimeAndLosesNothing()
    {
        var clock = new ManualTimeProvider();
        var rounds = 0;
        _connection.OnPublish = (_, payload) =>
        {
            // Every round begins with the first reading; of the first three everything is refused.
            rounds += Batches()[^1].First == 1 ? 1 : 0;
            return rounds <= 3
                ? Task.FromException(new AgentConnectionException("the broker answered UnspecifiedError"))
                : Task.CompletedTask;
        };
        await _outbox.AppendAsync(OutboxTests.Readings(20), default);
        var running = new OutboxSender(
            _outbox, _connection, "t", 10, 4, new RetryDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), new LongestDelay()), clock,
            NullLogger<OutboxSender>.Instance).RunAsync(_stop.Token);
        for (var round = 1; round <= 3; round++)
        {
            Assert.True(SpinWait.SpinUntil(() => clock.PendingTimers == 1, TimeSpan.FromSeconds(30)), "the sender never waited");
            Assert.Equal(round, rounds);
            Assert.Equal(0, _outbox.Acknowledged);
            clock.Advance(TimeSpan.FromSeconds(1 << (round - 1)) - TimeSpan.FromTicks(1));
            Assert.Equal(1, clock.PendingTimers);
            clock.Advance(TimeSpan.FromTicks(1));
        }

        await _outbox.WhenEmptyAsync(default).OrFailAsync("everything was acknowledged");
        await StopAsync(running);
        Assert.Equal(4, rounds);
        Assert.Equal([(1L, 10L), (11L, 20L)], Batches()[^2..]);
    }

    private Task Start(int batch, int window) => new OutboxSender(
        _outbox, _connection, "t", batch, window, new RetryDelay(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), new Random(1)),
        TimeProvider.System, NullLogger<OutboxSender>.Instance).RunAsync(_stop.Token);

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private (long First, long Last)[] Batches() => [.. _connection.Published.Select(message =>
    {
        Assert.True(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(message.Payload), out var batch, out var error), error);
        return (batch.FirstSequence, batch.LastSequence);
    })];
}
