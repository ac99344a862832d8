using OrleansCompute.Edge.Agent.Telemetry;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Telemetry;

public sealed class OutboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_WhenReopened_GoesOnWhereAcknowledgementStopped()
    {
        using (var outbox = Open())
        {
            await outbox.AppendAsync(Readings(5), default);
            await outbox.AppendAsync(Readings(3), default);
            outbox.Acknowledge(6);
            Assert.Equal([7L, 8L], outbox.Peek(6, 10).Select(reading => reading.Sequence));
        }

        using (var outbox = Open())
        {
            Assert.Equal((8, 6, 0), (outbox.LastSequence, outbox.Acknowledged, outbox.TornBytes));
            Assert.Equal([7L, 8L], outbox.Peek(0, 10).Select(reading => reading.Sequence));
            Assert.Equal(2, outbox.Peek(6, 10)[1].Values.Length);
            await outbox.AppendAsync(Readings(1), default);
            outbox.Acknowledge(9);
        }

        using (var outbox = Open())
        {
            Assert.Equal((9, 9), (outbox.LastSequence, outbox.Acknowledged));
            Assert.Empty(outbox.Peek(0, 10));
        }
    }

    [Fact]
    public async Task Open_WhenCutAtAnyByte_KeepsEveryWholeRecord()
    {
        long firstRecord;
        using (var outbox = Open())
        {
            await outbox.AppendAsync(Readings(2), default);
            firstRecord = new FileInfo(_folder["outbox.log"]).Length;
            await outbox.AppendAsync(Readings(2), default);
        }

        var whole = await File.ReadAllBytesAsync(_folder["outbox.log"]);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(_folder["outbox.log"], whole[..length]);
            using (var outbox = Open())
            {
                var kept = length >= firstRecord ? 2 : 0;
                Assert.Equal(kept, outbox.LastSequence);
                Assert.Equal(length - (kept > 0 ? firstRecord : 0), outbox.TornBytes);
                await outbox.AppendAsync(Readings(1), default);
                Assert.Equal(kept + 1, outbox.LastSequence);
            }

            using var again = Open();
            Assert.Equal(0, again.TornBytes);
        }
    }

    [Fact]
    public async Task Open_WhenAByteIsChanged_StopsBeforeTheRecord()
    {
        using (var outbox = Open())
        {
            await outbox.AppendAsync(Readings(1), default);
            await outbox.AppendAsync(Readings(1), default);
        }

        var bytes = await File.ReadAllBytesAsync(_folder["outbox.log"]);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(_folder["outbox.log"], bytes);
        using var damaged = Open();
        Assert.Equal(1, damaged.LastSequence);
    }

    [Fact]
    public async Task Open_WhenAcknowledgementIsCut_FallsBackToTheOneBefore()
    {
        using (var outbox = Open())
        {
            await outbox.AppendAsync(Readings(3), default);
            outbox.Acknowledge(1);
            outbox.Acknowledge(2);
        }

        var bytes = await File.ReadAllBytesAsync(_folder["outbox.ack"]);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_folder["outbox.ack"], bytes);
        using var again = Open();
        Assert.Equal((3, 1), (again.LastSequence, again.Acknowledged));
    }

    [Fact]
    public async Task Append_WhenFull_WaitsForAnAcknowledgement()
    {
        using var outbox = Outbox.Open(_folder.Path, capacity: 4);
        await outbox.AppendAsync(Readings(3), default);
        var waiting = outbox.AppendAsync(Readings(2), default);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, outbox.LastSequence);
        outbox.Acknowledge(1);
        await waiting.OrFailAsync("the outbox took readings after room was made");
        Assert.Equal(5, outbox.LastSequence);
    }

    [Fact]
    public async Task Append_WhenCancelledWhileFull_AppendsNothing()
    {
        using var outbox = Outbox.Open(_folder.Path, capacity: 1);
        await outbox.AppendAsync(Readings(1), default);
        using var stop = new CancellationTokenSource();
        var waiting = outbox.AppendAsync(Readings(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, outbox.LastSequence);
    }

    [Fact]
    public async Task Acknowledge_WhenManyReadingsPass_KeepsTheFileSmall()
    {
        using (var outbox = Open())
        {
            for (var round = 0; round < 300; round++)
            {
                await outbox.AppendAsync(Readings(200), default);
                outbox.Acknowledge(Math.Max(1, outbox.LastSequence - 50));
            }

            Assert.InRange(new FileInfo(_folder["outbox.log"]).Length, 1, 2 << 20);
        }

        using var again = Open();
        Assert.Equal((60_000, 59_950), (again.LastSequence, again.Acknowledged));
        Assert.Equal(59_951, again.Peek(0, 1)[0].Sequence);
    }

    [Fact]
    public void Open_WhenAnotherHasIt_Fails()
    {
        using var first = Open();
        Assert.Throws<IOException>(Open);
    }

    internal static TelemetryReading[] Readings(int count) => [.. Enumerable.Range(0, count).Select(i => new TelemetryReading
    {
        Sequence = 0, MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(i),
        Values = [new NamedValue("temperature", 20 + i), new NamedValue("humidity", 40)],
    })];

    private Outbox Open() => Outbox.Open(_folder.Path, 100_000);
}
