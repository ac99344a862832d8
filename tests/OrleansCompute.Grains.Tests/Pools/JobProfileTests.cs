using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class JobProfileTests
{
    private static readonly Dictionary<string, double> Scores = new() { ["A"] = 10 };
    private readonly JobProfile _profile = new();

    [Fact]
    public void ChooseBatch_WhereTheBatchIsFixed_IsNone()
    {
        Observe(32, 0.010, noise: 1_000);

        Assert.Null(_profile.ChooseBatch(Request(max: 0)));
        Assert.Contains("batches of 32 samples (fixed)", _profile.DescribeBatch(Request(max: 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void ChooseBatch_UntilTheNoiseIsKnown_IsNone()
    {
        Assert.Equal("", _profile.DescribeBatch(Request()));
        Observe(32, 0.010, noise: null);

        Assert.Null(_profile.ChooseBatch(Request()));
        Assert.Contains("(32 to 1024 allowed) until the noise", _profile.DescribeBatch(Request()), StringComparison.Ordinal);
    }

    [Fact]
    public void ChooseBatch_AsStepsAreMeasured_GrowsAndSettles()
    {
        // 4 ms a step and 0.05 ms a sample.
        var batch = 32;
        var tried = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            Observe(batch, 0.004 + (0.00005 * batch), noise: 1_000);
            batch = _profile.ChooseBatch(Request())!.Value.Batch;
            tried.Add(batch);
        }

        Assert.InRange(tried[0], 33, 128);
        Assert.InRange(tried[^1], 200, 420);
        Assert.Equal(tried[^1], tried[^2]);
        var text = _profile.DescribeBatch(Request());
        Assert.Contains($"batches of {tried[^1]} samples (32 to 1024 allowed): gradient noise scale 1,000 samples", text, StringComparison.Ordinal);
        Assert.Contains("statistical efficiency", text, StringComparison.Ordinal);
        Assert.Contains("useful samples a second; no other batch", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToGoodput_WhereTheBatchMayBeChosen_IsThatOfTheBest()
    {
        foreach (var batch in (int[])[32, 128, 512])
        {
            Observe(batch, 0.004 + (0.00005 * batch), noise: 1_000);
        }

        var fixedBatch = _profile.ToGoodput(Request(max: 0), Scores, Scores, isAtBest: false).Goodput("A", 1, 1);
        var chosen = _profile.ToGoodput(Request(), Scores, Scores, isAtBest: false).Goodput("A", 1, 1);

        // In steps of the initial batch, both: 1 / (4 + 1.6) ms, and what the noise makes of about 290 samples.
        Assert.Equal(1 / 0.0056, fixedBatch, 3.0);
        Assert.InRange(chosen / fixedBatch, 2.0, 2.6);

        // The policy weighs what the chooser then does, which leaves a batch for 10 % only.
        Assert.InRange(_profile.ChooseBatch(Request())!.Value.Goodput / chosen, 0.9, 1.01);
    }

    [Fact]
    public void Batch_OfAModelForARound_IsThatOfTheAnswerToAReport()
    {
        var model = _profile.ToGoodput(Request(), Scores, Scores, isAtBest: false);
        Assert.Equal(32, model.Batch(Workers(2), 1));
        foreach (var batch in (int[])[32, 128, 512])
        {
            Observe(batch, 0.004 + (0.00005 * batch), noise: 4_000);
        }

        model = _profile.ToGoodput(Request(), Scores, Scores, isAtBest: false);
        Assert.Equal(_profile.ChooseBatch(Request())!.Value.Batch, model.Batch(Workers(1), 1));

        // Four compute four times as many samples in the time of one, so that more of them are worth it.
        Assert.True(model.Batch(Workers(4), 1) > model.Batch(Workers(1), 1), $"{model.Batch(Workers(4), 1)} and {model.Batch(Workers(1), 1)}");
        Assert.Equal(model.Batch(Workers(4), 1), model.Batch(Workers(4), 1));
        Assert.InRange(model.Batch([new BatchWorker("A", 0.25, 2), new BatchWorker("B", 0.5)], 2)!.Value, 33, 1_024);
        Assert.Null(_profile.ToGoodput(Request(max: 0), Scores, Scores, isAtBest: false).Batch(Workers(1), 1));
        Assert.Equal(512, _profile.ToGoodput(Request() with { BatchSize = 512 }, Scores, Scores, isAtBest: false).Batch(Workers(1), 1));

        static BatchWorker[] Workers(int count) => [new BatchWorker("A", 1.0 / count, count)];
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, -1)]
    public void Observe_OfNoiseThatCannotBe_LeavesItOut(double square, double variance)
    {
        Observe(32, 0.010, noise: null);
        _profile.Observe(new JobReport { Noise = new NoiseReport { Square = square, SampleVariance = variance } }, new Dictionary<long, Lease>());

        Assert.Null(_profile.ChooseBatch(Request()));
    }

    [Fact]
    public void Observe_OfMoreSizesThanItKeeps_ForgetsTheFirst()
    {
        for (var batch = 1; batch < 3_000; batch += 7)
        {
            Observe(batch, 0.004 + (0.00005 * batch), noise: 1_000);
        }

        // A size that was seen last counts as it was measured.
        Observe(4_000, 0.5, noise: 1_000);
        Assert.Equal(0.5, _profile.ToThroughput(Scores, 32, isAdaptive: true).Predict("A", 1, 1, 4_096)!.Value.StepSeconds, 0.01);
    }

    [Fact]
    public void Observe_OfAnyReports_LearnsWhatCanBeAndNeverFails()
    {
        double[] seconds = [double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1, 0, double.Epsilon, 1e-300, 1e-9, 1e-6, 0.01, 1, 86_400, 1e20, 1e300];
        int[] samples = [int.MinValue, -1, 0, 1, 2, 33, 1 << 30, int.MaxValue];
        int[] batches = [-1, 0, 1, 32, 1_024, int.MaxValue];
        for (var seed = 0; seed < 300; seed++)
        {
            var (random, profile) = (new Random(seed), new JobProfile());
            for (var i = random.Next(1, 90); i > 0; i--)
            {
                profile.Observe(
                    new JobReport
                    {
                        StepSeconds = Any(seconds),
                        BatchSize = Any(batches),
                        RemainingSeconds = Any(seconds),
                        Workers = random.Next(20) == 0 ? default : [.. Enumerable.Range(0, random.Next(0, 4)).Select(worker => new WorkerReport { LeaseId = worker, Samples = Any(samples), BusySeconds = Any(seconds) })],
                        Noise = new NoiseReport { Square = Any(seconds), SampleVariance = Any(seconds) },
                    },
                    new Dictionary<long, Lease> { [1] = Held, [2] = Held with { Id = 2, Kind = "B" }, [3] = Held with { Id = 3, Node = "m" } });
            }

            var request = Request(Any(batches)) with { BatchSize = Any(batches) };
            foreach (var isAdaptive in (bool[])[false, true])
            {
                var learned = profile.ToThroughput(Scores, request.BatchSize, isAdaptive);
                Assert.All(
                    from kind in (string[])["A", "B"] from count in (int[])[1, 2, 5] from local in (int[])[1, 100, 1 << 20] select learned.Predict(kind, Math.Min(2, count), count, local),
                    step => Assert.True(step is null || (double.IsFinite(step.Value.StepSeconds) && step.Value.StepSeconds > 0), $"seed {seed}: {step}"));
            }

            var goodput = profile.ToGoodput(request, Scores, Scores, isAtBest: false).Goodput("A", 1, 2);
            Assert.True(double.IsFinite(goodput), $"seed {seed}: {goodput}");
            Assert.True(
                profile.ToGoodput(request, Scores, Scores, isAtBest: false).Batch([new BatchWorker("A", 0.5, 2)], 1) is not { } size || (size >= request.BatchSize && size <= request.MaxBatchSize),
                $"seed {seed}");
            Assert.NotNull(profile.DescribeBatch(request));
            Assert.True(profile.ChooseBatch(request) is not { } choice || (choice.Batch >= request.BatchSize && double.IsFinite(choice.Goodput)), $"seed {seed}");

            T Any<T>(T[] values) => values[random.Next(values.Length)];
        }
    }

    private void Observe(int batch, double seconds, double? noise) => _profile.Observe(
        new JobReport
        {
            StepSeconds = seconds,
            BatchSize = batch,
            Workers = [new WorkerReport { LeaseId = 1, Samples = batch, BusySeconds = seconds }],
            Noise = noise is { } scale ? new NoiseReport { Square = 2, SampleVariance = 2 * scale } : null,
        },
        new Dictionary<long, Lease> { [1] = Held });

    private static Lease Held { get; } = new()
    {
        Id = 1, Pool = "default", Tenant = "acme", Job = "j", Node = "n", NodeIncarnation = 1, Accelerator = "acc0", Kind = "A", ScoreGflops = 10, GrantedAt = DateTimeOffset.UnixEpoch,
    };

    private static JobRequest Request(int max = 1_024) => new()
    {
        Tenant = "acme", Job = "j", MinAccelerators = 1, MaxAccelerators = 2, SubmittedAt = DateTimeOffset.UnixEpoch, BatchSize = 32, MaxBatchSize = max,
    };
}
