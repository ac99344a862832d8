using OrleansCompute.Training.Data;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class ShardTrainerTests
{
    private static readonly ImageDataset Data = TestData.Create(60);

    [Fact]
    public void Compute_WithMoreSamplesThanTheModelTakes_SumsOverParts()
    {
        var small = Create(maxBatchSize: 7);
        var large = Create(maxBatchSize: 64);
        int[] indices = [.. Enumerable.Range(0, 33)];
        var (a, b) = (new float[small.ParameterCount], new float[large.ParameterCount]);

        var parts = small.Compute(indices, a);
        var whole = large.Compute(indices, b);

        Assert.Equal((whole.Count, whole.Correct), (parts.Count, parts.Correct));
        Assert.Equal(whole.LossSum, parts.LossSum, 1e-9);
        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Theory]
    [InlineData(false, 7, 20, new int[0])]
    [InlineData(true, 64, 20, new[] { 20 })]
    [InlineData(true, 64, 1, new[] { 1 })]
    [InlineData(true, 7, 20, new[] { 7, 7, 6 })]
    public void Execute_WhereTheNoiseIsMeasured_SumsUpSquaresOfTheParts(bool isMeasured, int maxBatchSize, int samples, int[] parts)
    {
        var indices = Enumerable.Range(3, samples).ToArray();
        var (whole, inBuckets) = (Create(maxBatchSize: maxBatchSize), Create(maxBatchSize: maxBatchSize));

        var result = whole.Execute(new ShardStepCommand { Step = 0, SampleIndices = indices, MeasuresNoise = isMeasured });
        var bucket = inBuckets.Execute(new ShardStepCommand { Step = 0, SampleIndices = indices, MeasuresNoise = isMeasured, GradientBucketLength = 16 }, static _ => { });

        var (expected, first) = (0.0, 0);
        foreach (var length in parts)
        {
            var gradient = new float[whole.ParameterCount];
            Create().Compute(indices.AsMemory(first, length), gradient);
            expected += gradient.Sum(value => (double)value * value) / length;
            first += length;
        }

        Assert.Equal(parts.Length, result.Parts);
        Assert.Equal(expected, result.PartSquares, 1e-5 * expected);
        Assert.Equal((result.Parts, result.PartSquares), (bucket.Parts, bucket.PartSquares));
    }

    [Fact]
    public void Execute_WhenDeliveredTwice_UpdatesOnceAndAnswersEqually()
    {
        var trainer = Create();
        var first = trainer.Execute(new ShardStepCommand { Step = 0, SampleIndices = new[] { 1, 2, 3 } });
        var command = new ShardStepCommand { Step = 1, SampleIndices = new[] { 4, 5 }, MeanGradient = first.GradientSum.ToArray() };

        var once = trainer.Execute(command);
        var twice = trainer.Execute(command);

        Assert.Equal(1, trainer.UpdateCount);
        Assert.Equal(once.LossSum, twice.LossSum);
        Assert.Equal(once.GradientSum.ToArray(), twice.GradientSum.ToArray());
    }

    [Fact]
    public void Execute_WhenAnUpdateWasMissed_RefusesWithBothNumbers()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => Create().Execute(new ShardStepCommand { Step = 4, SampleIndices = new[] { 1 }, MeanGradient = new float[51] }));

        Assert.Contains("step 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 updates", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(int.MinValue)]
    public void Execute_WithBucketsThatAreTooShort_RefusesAndChangesNothing(int length)
    {
        var trainer = Create();
        var before = trainer.ParameterHash();
        var gradient = new float[trainer.ParameterCount];
        gradient.AsSpan().Fill(1);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Execute(
            new ShardStepCommand { Step = 1, SampleIndices = new[] { 1 }, MeanGradient = gradient, GradientBucketLength = length }, static _ => { }));

        Assert.Contains($"GradientBucketLength is {length}; allowed 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("or 16 and more for 51 parameters", error.Message, StringComparison.Ordinal);
        Assert.Equal((0L, before), (trainer.UpdateCount, trainer.ParameterHash()));
    }

    [Fact]
    public void Execute_WithoutSamples_OnlyUpdates()
    {
        var trainer = Create();
        var before = trainer.ParameterHash();
        var gradient = new float[trainer.ParameterCount];
        gradient.AsSpan().Fill(1);

        var result = trainer.Execute(new ShardStepCommand { Step = 1, SampleIndices = ReadOnlyMemory<int>.Empty, MeanGradient = gradient });

        Assert.Equal((0, 0), (result.Count, result.GradientSum.Length));
        Assert.NotEqual(before, trainer.ParameterHash());
    }

    [Fact]
    public void Compute_AfterWarmUp_AllocatesNearlyNothing()
    {
        var data = TestData.Create(60);
        var model = new NullModel(data.SampleLength, data.ClassCount);
        var trainer = new ShardTrainer(model, new AdamOptimiser(model.Parameters.Length), data);
        int[] indices = [.. Enumerable.Range(0, 60)];
        var gradient = new float[trainer.ParameterCount];
        trainer.Compute(indices, gradient);
        trainer.Apply(gradient);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            trainer.Compute(indices, gradient);
            trainer.Apply(gradient);
        }

        // The result record itself is allowed, buffers are not: gradients alone would be 40 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 256);
    }

    [Fact]
    public void Import_OfExportedState_MakesWorkersEqual()
    {
        var (a, b) = (Create(seed: 1), Create(seed: 2));
        a.Apply(a.Compute(new[] { 1, 2, 3 }, new float[a.ParameterCount]).GradientSum.Span);

        b.Import(a.Export());
        a.Apply(a.Compute(new[] { 4, 5 }, new float[a.ParameterCount]).GradientSum.Span);
        b.Apply(b.Compute(new[] { 4, 5 }, new float[b.ParameterCount]).GradientSum.Span);

        Assert.Equal(a.ParameterHash(), b.ParameterHash());
        Assert.Equal(2, b.UpdateCount);
    }

    [Fact]
    public void Import_OfOtherModel_RefusesAndChangesNothing()
    {
        var trainer = Create();
        var before = trainer.ParameterHash();

        Assert.Throws<ArgumentException>(() => trainer.Import(new ShardState(new float[3], trainer.Export().Optimiser)));
        Assert.Throws<ArgumentException>(() => trainer.Import(new ShardState(new float[trainer.ParameterCount], new OptimiserState("sgd", 1, []))));

        Assert.Equal(before, trainer.ParameterHash());
    }

    [Fact]
    public void Evaluate_OverPartialBatches_CountsEverySampleAndChangesNothing()
    {
        var trainer = Create();
        var before = trainer.ParameterHash();

        Assert.Equal(60, trainer.Evaluate(Data).Count);
        Assert.Equal(before, trainer.ParameterHash());
    }

    [Fact]
    public void Constructor_WithDataOfOtherShape_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new ShardTrainer(new SoftmaxModel(9, 3), new AdamOptimiser(30), Data));

        Assert.Contains("samples of 16 values", error.Message, StringComparison.Ordinal);
        Assert.Contains("takes 9 values", error.Message, StringComparison.Ordinal);
    }

    private static ShardTrainer Create(int maxBatchSize = 7, int seed = 1)
    {
        var model = new SoftmaxModel(Data.SampleLength, Data.ClassCount, maxBatchSize, seed);
        return new ShardTrainer(model, new AdamOptimiser(model.Parameters.Length), Data);
    }
}
