using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class BatchAdviceTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly JobProfile _profile = new();
    private readonly BatchAdvice _advice;

    public BatchAdviceTests() => _advice = new BatchAdvice(_clock);

    [Fact]
    public async Task Renew_WhileReportsSayTheSame_FitsOnce()
    {
        for (var i = 0; i < 9; i++)
        {
            // Times of a machine with others on it.
            await ReportAsync(32, 0.0056 * (1 + (0.1 * (i % 2))));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _advice.Fits);
        Assert.Equal(_profile.ChooseBatch(Request())!.Value.Batch, _advice.BatchSize);

        _clock.Advance(BatchAdvice.RefitAfter);
        await ReportAsync(32, 0.0056);
        Assert.Equal(2, _advice.Fits);
    }

    [Theory]
    [InlineData(64, 0.0056, 1_000)]
    [InlineData(32, 0.0200, 1_000)]
    [InlineData(32, 0.0056, 4_000)]
    public async Task Renew_WhenBatchTimesOrNoiseHaveChanged_FitsAgain(int batch, double seconds, double noise)
    {
        await ReportAsync(32, 0.0056);
        await ReportAsync(32, 0.0056);
        Assert.Equal(1, _advice.Fits);

        await ReportAsync(batch, seconds, noise);

        Assert.Equal(2, _advice.Fits);
        Assert.Equal(_profile.ChooseBatch(Request())!.Value.Batch, _advice.BatchSize);
    }

    [Fact]
    public async Task Renew_WhenItHoldsMore_FitsAgain()
    {
        await ReportAsync(32, 0.0056);
        await ReportAsync(32, 0.0056, workers: 2);

        Assert.Equal(2, _advice.Fits);
    }

    [Fact]
    public async Task Renew_WhereTheBatchIsFixed_NeverFits()
    {
        await ReportAsync(32, 0.0056);
        Assert.NotEqual(0, _advice.BatchSize);

        _advice.Renew(_profile, Request() with { MaxBatchSize = 0 });

        Assert.Equal((1, 0), (_advice.Fits, _advice.BatchSize));
    }

    [Fact]
    public async Task Renew_OfWhatIsLearnedMeanwhile_DoesNotDisturbTheFit()
    {
        // The fit reads a profile of its own, while reports go on.
        Observe(32, 0.0056, 1_000, 1);
        _advice.Renew(_profile, Request());
        var expected = _profile.ChooseBatch(Request())!.Value.Batch;
        for (var batch = 40; batch < 1_000; batch += 8)
        {
            Observe(batch, 0.5, 1_000, 1);
        }

        await _advice.Fit;

        Assert.Equal(expected, _advice.BatchSize);
        Assert.Null(_advice.TakeFailure());
    }

    [Fact]
    public async Task Begin_WithOtherAccelerators_HoldsUntilTheirReportsSayMuchMoreOrItIsOld()
    {
        await ReportAsync(32, 0.0056);
        var alone = _advice.BatchSize;
        _advice.Begin(40);
        await ReportAsync(32, 0.0056);
        Assert.Equal((2, 40), (_advice.Fits, _advice.BatchSize));

        _clock.Advance(BatchAdvice.RefitAfter);
        await ReportAsync(32, 0.0056);
        Assert.Equal(alone, _advice.BatchSize);
    }

    [Theory]
    [InlineData(0, 0, 1.2, true)]
    [InlineData(256, 9, 1.2, false)]
    [InlineData(256, 10, 1.2, true)]
    [InlineData(256, 0, 1.5, true)]
    [InlineData(256, 0, double.PositiveInfinity, true)]
    public void IsToBeTaken_ByAgeAndGain_IsCalm(int advised, int seconds, double gain, bool expected) =>
        Assert.Equal(expected, BatchAdvice.IsToBeTaken(new BatchDecision(360, gain, 1), advised, TimeSpan.FromSeconds(seconds)));

    private Task ReportAsync(int batch, double seconds, double noise = 1_000, int workers = 1)
    {
        Observe(batch, seconds, noise, workers);
        _advice.Renew(_profile, Request());
        return _advice.Fit;
    }

    private void Observe(int batch, double seconds, double noise, int workers) => _profile.Observe(
        new JobReport
        {
            StepSeconds = seconds,
            BatchSize = batch,
            Workers = [.. Enumerable.Range(1, workers).Select(id => new WorkerReport { LeaseId = id, Samples = batch / workers, BusySeconds = seconds })],
            Noise = new NoiseReport { Square = 2, SampleVariance = 2 * noise },
        },
        Enumerable.Range(1, workers).ToDictionary(id => (long)id, id => new Lease
        {
            Id = id, Pool = "default", Tenant = "acme", Job = "j", Node = "n", NodeIncarnation = 1, Accelerator = $"acc{id}", Kind = "A", ScoreGflops = 10, GrantedAt = DateTimeOffset.UnixEpoch,
        }));

    private static JobRequest Request() => new()
    {
        Tenant = "acme", Job = "j", MinAccelerators = 1, MaxAccelerators = 2, SubmittedAt = DateTimeOffset.UnixEpoch, BatchSize = 32, MaxBatchSize = 1_024,
    };
}
