using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class MagnitudePrunerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void Prune_ToASparsity_ZeroesTheSmallestWeightsOfAllLayers(double sparsity)
    {
        var model = CompressionModels.Cnn();
        var pruned = MagnitudePruner.Prune(model, sparsity);
        var slices = ParameterSlices.Of(model.Graph).Where(slice => slice.IsWeight).ToArray();
        var pairs = slices.SelectMany(slice => Enumerable.Range(slice.Offset, slice.Length)).Select(i => (Before: Math.Abs(model.Parameters[i]), After: pruned.Parameters[i])).ToArray();
        Assert.Equal((int)(sparsity * pairs.Length), pairs.Count(pair => pair.After == 0));
        var largestGone = pairs.Where(pair => pair.After == 0).Select(pair => pair.Before).DefaultIfEmpty(0).Max();
        Assert.All(pairs.Where(pair => pair.After != 0), pair => Assert.True(pair.Before >= largestGone));
    }

    [Fact]
    public void Prune_OfEqualWeights_KeepsAsManyAsAsked()
    {
        var values = new float[10];
        Array.Fill(values, 0.5f);
        MagnitudePruner.Apply(values, [new ParameterSlice(0, 10)], 0.5);
        Assert.Equal(5, values.Count(value => value == 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MagnitudePruner.Apply(values, [new ParameterSlice(0, 10)], 1));
    }

    [Fact]
    public void Step_WithASchedule_EndsSparseAndAccurate()
    {
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Trained(accelerator, CompressionModels.Cnn());
        var tuner = new FineTuner(accelerator, new FineTuneOptions { Epochs = 2, BatchSize = 16, LearningRate = 2e-3f });
        var pruned = tuner.Train(model, CompressionModels.Quarters(256, 7), optimiser => new PruningOptimiser(optimiser, new SparsitySchedule(0.8, 24, Every: 4), ParameterSlices.Of(model.Graph)));
        var weights = ParameterSlices.Of(model.Graph).Where(slice => slice.IsWeight).SelectMany(slice => pruned.Parameters[slice.Offset..(slice.Offset + slice.Length)]).ToArray();
        Assert.InRange(weights.Count(value => value == 0) / (double)weights.Length, 0.79, 0.81);
        Assert.InRange(CompressionModels.Accuracy(accelerator, pruned, CompressionModels.Quarters(200, 9)), 0.95, 1);
    }

    [Fact]
    public void Sparsity_OfTheSchedule_RisesAsZhuAndGuptaSay()
    {
        var schedule = new SparsitySchedule(0.8, 100, 0.2, 10);
        Assert.Equal(0.2, schedule.Sparsity(0), 1e-12);
        Assert.Equal(0.2, schedule.Sparsity(9), 1e-12);
        Assert.Equal(0.8 - (0.6 * 0.125), schedule.Sparsity(50), 1e-12);
        Assert.Equal(0.8, schedule.Sparsity(1000), 1e-12);
        Assert.Equal(2, new SparsitySchedule(1, 0).Validate().Count);
    }

    [Fact]
    public void Import_OfExportedState_KeepsTheMask()
    {
        PruningOptimiser Create() => new(new AdamOptimiser(4), new SparsitySchedule(0.5, 1, Every: 1), [new ParameterSlice(0, 4)]);
        var (a, b) = (Create(), Create());
        var first = new float[] { 1, 2, 3, 4 };
        a.Step(first, [0.1f, 0.1f, 0.1f, 0.1f]);
        b.Import(a.Export());
        var second = (float[])first.Clone();
        a.Step(first, [1, -1, 1, -1]);
        b.Step(second, [1, -1, 1, -1]);
        Assert.Equal(first, second);
        Assert.Equal(2, first.Count(value => value == 0));
        Assert.Throws<ArgumentException>(() => b.Import(new AdamOptimiser(4).Export()));
    }
}
