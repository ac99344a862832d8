using System.Threading.Channels;
using OrleansCompute.Edge.Agent.Cameras;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Agent.Tests.Models;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Cameras;

public sealed class CameraTests : IDisposable
{
    private readonly ModelSlot _slot = new();
    private readonly AgentStatus _status = new("1.0", () => 0, () => 0);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _slot.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Open_WhenRealFile_SeesAThirdOfTheImages()
    {
        var thirds = Enumerable.Range(0, 3).Select(start => Open(start, 3, null)).ToArray();
        Assert.Equal([3334, 3333, 3333], thirds.Select(images => images.Count));
        var all = thirds.SelectMany(images => Enumerable.Range(0, images.Count).Select(images.FileIndex));
        Assert.Equal(Enumerable.Range(0, 10_000), all.Order());
        Assert.Equal(784, thirds[0].PixelsPerImage);
    }

    [Theory]
    [InlineData(10_000, 1, null)]
    [InlineData(0, 1, 10_001)]
    [InlineData(9_999, 3, 2)]
    public void Open_WhenFileHasNotSoMany_SaysHowMany(int start, int stride, int? count) => Assert.Contains(
        "has 10000 images", Assert.Throws<AgentConfigException>(() => Open(start, stride, count)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Run_WhenModelIsSwapped_ClassifiesEveryImageOnceByOneOrTheOther()
    {
        // A queue of one batch holds the camera back, so that the swap falls in the middle.
        var reports = Channel.CreateBounded<CameraBatch>(1);
        var running = RunAsync(Open(1, 3, 500), reports, repeat: false);
        Swap(1);
        var seen = new List<InferenceReport> { (await reports.Reader.ReadAsync().AsTask().OrFailAsync("a first report")).Report };
        Swap(2);
        await foreach (var batch in reports.Reader.ReadAllAsync())
        {
            seen.Add(batch.Report);
        }

        await running.OrFailAsync("the camera ended");
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => 1L + (3 * i)),
            seen.SelectMany(report => report.Results).Select(result => result.SampleIndex));
        Assert.All(seen, report => Assert.All(report.Results, result => Assert.Equal(report.Version, result.Label)));
        Assert.Equal([1, 2], seen.Select(report => report.Version).Distinct());
        Assert.All(seen, report => Assert.Null(InferenceReportCodec.Validate(report)));
        Assert.Equal(500, _status.Snapshot().InferenceCount);
        Assert.True(_status.Snapshot().LatencyP99Ms >= _status.Snapshot().LatencyP50Ms);
    }

    [Fact]
    public async Task Run_WhenNoModelYet_Waits()
    {
        var reports = Channel.CreateBounded<CameraBatch>(100);
        var running = RunAsync(Open(0, 1, 10), reports, repeat: false);
        Assert.False(running.IsCompleted);
        Assert.Equal(0, _status.Snapshot().InferenceCount);
        Swap(3);
        await running.OrFailAsync("the camera ended");
        Assert.Equal(10, _status.Snapshot().InferenceCount);
    }

    [Fact]
    public async Task Run_WhenRepeatOnNewModel_SeesAllImagesAgain()
    {
        var reports = Channel.CreateBounded<CameraBatch>(100);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(Open(0, 1, 10), reports, repeat: true, stop.Token);
        Swap(1);
        var first = (await reports.Reader.ReadAsync().AsTask().OrFailAsync("a report of the first model")).Report;
        Swap(2);
        var second = (await reports.Reader.ReadAsync().AsTask().OrFailAsync("a report of the second model")).Report;
        Assert.Equal((1, 10), (first.Version, first.Results.Length));
        Assert.Equal((2, 10), (second.Version, second.Results.Length));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(false, 1, 300)]
    [InlineData(false, 2, 300)]
    [InlineData(true, 1, 300)]
    [InlineData(true, 2, 500)]
    public async Task Run_WhenRestarted_GoesOnBehindTheLastAcknowledgedImage(bool repeat, byte label, int classified)
    {
        var images = Open(1, 3, 500);
        Swap(1);
        var empty = new InferenceReport { Model = "fashion", Version = 1, Results = [] };
        Progress(images).Save(new CameraBatch(empty, _slot.Running!, 200));
        var reports = Channel.CreateBounded<CameraBatch>(100);
        using var stop = new CancellationTokenSource();

        // With repeat, only the pass of the same model goes on.
        Swap(label);
        var running = RunAsync(images, reports, repeat, stop.Token);

        var seen = new List<long>();
        CameraBatch batch;
        do
        {
            batch = await reports.Reader.ReadAsync().AsTask().OrFailAsync("another batch");
            seen.AddRange(batch.Report.Results.Select(result => result.SampleIndex));
        }
        while (batch.Next < 500);

        Assert.Equal(Enumerable.Range(500 - classified, classified).Select(i => 1L + (3 * i)), seen);
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x fashion 1 1 200")]
    [InlineData("{0} fashion 1 1")]
    [InlineData("{0} fashion 1 1 501")]
    [InlineData("{0} fashion 1 1 -3")]
    [InlineData("{0} fashion 1 2 200")]
    public void ResumeAt_WhenTheFileIsOfOtherImagesOrDamaged_BeginsAnew(string content)
    {
        var images = Open(1, 3, 500);
        Swap(1);
        File.WriteAllText(_folder["camera-progress"], content.Replace("{0}", images.Identity, StringComparison.Ordinal));

        Assert.Equal(0, Progress(images).ResumeAt(_slot.Running!, anyModel: false, images.Count));
        Assert.NotEqual(images.Identity, Open(1, 3, 499).Identity);
    }

    private CameraProgress Progress(CameraImages images) => CameraProgress.Open(_folder.Path, images.Identity);

    private static CameraImages Open(int start, int stride, int? count) =>
        CameraImages.Open(new CameraOptions { ImagesPath = Repository.TestImages, Start = start, Stride = stride, Count = count });

    private Task RunAsync(CameraImages images, Channel<CameraBatch> reports, bool repeat, CancellationToken cancellationToken = default) =>
        Task.Run(
        async () =>
        {
            await new Camera(images, _slot, _status, Progress(images), reports.Writer, 64, 0, repeat, TimeProvider.System)
                .RunAsync(cancellationToken);
            reports.Writer.Complete();
        },
        CancellationToken.None);

    private void Swap(byte label)
    {
        File.WriteAllBytes(_folder["m"], [label]);
        Assert.True(new FakeRuntime().TryLoad(_folder["m"], out var classifier, out _));
        _slot.Swap(
            new ModelOffer
            {
                Tenant = "acme", Name = "fashion", Version = label,
                Issue = label, SizeBytes = 1, Sha256 = new byte[32], Signature = default,
            },
            classifier);
    }
}
