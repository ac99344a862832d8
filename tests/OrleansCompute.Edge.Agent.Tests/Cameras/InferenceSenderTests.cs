using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Edge.Agent.Cameras;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Cameras;

public sealed class InferenceSenderTests : IDisposable
{
    private static readonly ModelOffer Model = new()
    {
        Tenant = "acme", Name = "fashion", Version = 1, Issue = 1, SizeBytes = 1, Sha256 = new byte[32], Signature = default,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedConnection _connection = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<CameraBatch> _batches = Channel.CreateBounded<CameraBatch>(2);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WhenTheServerRefuses_WaitsLongerEachTimeAndLosesNothing()
    {
        var attempts = 0;
        _connection.OnPublish = (_, _) =>
            ++attempts <= 3 ? Task.FromException(new AgentConnectionException("refused")) : Task.CompletedTask;
        var progress = CameraProgress.Open(_folder.Path, "images");
        var running = Start(progress);
        await _batches.Writer.WriteAsync(Batch(0));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.True(SpinWait.SpinUntil(() => _clock.PendingTimers == 1, TimeSpan.FromSeconds(30)), "the sender never waited");
            Assert.Equal(attempt, _connection.Published.Count);
            Assert.Equal(0, progress.ResumeAt(Model, anyModel: false, 100));
            _clock.Advance(TimeSpan.FromSeconds(1 << (attempt - 1)) - TimeSpan.FromTicks(1));
            Assert.Equal(1, _clock.PendingTimers);
            _clock.Advance(TimeSpan.FromTicks(1));
        }

        await _batches.Writer.WriteAsync(Batch(1));
        _batches.Writer.Complete();
        await running.OrFailAsync("everything was sent");

        Assert.Equal([0L, 0, 0, 0, 1], _connection.Published.Select(message => Sample(message.Payload)));
        Assert.Equal(2, progress.ResumeAt(Model, anyModel: false, 100));
    }

    [Fact]
    public async Task Run_WhenNothingIsAcknowledged_TheQueueFillsAndItsWriterWaits()
    {
        var acknowledged = new TaskCompletionSource();
        _connection.OnPublish = (_, _) => acknowledged.Task;
        var running = Start(CameraProgress.Open(_folder.Path, "images"));
        await _batches.Writer.WriteAsync(Batch(0));
        Assert.True(SpinWait.SpinUntil(() => _connection.Published.Count == 1, TimeSpan.FromSeconds(30)), "nothing was sent");
        await _batches.Writer.WriteAsync(Batch(1));
        await _batches.Writer.WriteAsync(Batch(2));
        var waiting = _batches.Writer.WriteAsync(Batch(3)).AsTask();
        Assert.False(waiting.IsCompleted);

        acknowledged.SetResult();
        await waiting.OrFailAsync("there was room for the fourth batch");
        _batches.Writer.Complete();
        await running.OrFailAsync("everything was sent");

        Assert.Equal([0L, 1, 2, 3], _connection.Published.Select(message => Sample(message.Payload)));
    }

    [Fact]
    public async Task Run_WhenProgressCannotBeSaved_GoesOn()
    {
        Directory.CreateDirectory(_folder["camera-progress"]);
        var running = Start(CameraProgress.Open(_folder.Path, "images"));
        await _batches.Writer.WriteAsync(Batch(0));
        await _batches.Writer.WriteAsync(Batch(1));
        _batches.Writer.Complete();
        await running.OrFailAsync("everything was sent");
        Assert.Equal(2, _connection.Published.Count);
    }

    private static CameraBatch Batch(int sample) => new(
        new InferenceReport { Model = "fashion", Version = 1, Results = [new InferenceResult(sample, 1, 0.5f, 0.1f)] }, Model, sample + 1);

    private static long Sample(byte[] payload)
    {
        Assert.True(InferenceReportCodec.TryDecode(new ReadOnlySequence<byte>(payload), out var report, out var error), error);
        return report.Results.Single().SampleIndex;
    }

    private Task Start(CameraProgress progress) => new InferenceSender(
        _batches.Reader, progress, _connection, "t", new RetryDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), new LongestDelay()),
        _clock, NullLogger<InferenceSender>.Instance).RunAsync(default);
}
