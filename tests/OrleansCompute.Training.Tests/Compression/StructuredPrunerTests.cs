using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class StructuredPrunerTests
{
    [Fact]
    public void Prune_OfFiltersThatGiveNothing_KeepsTheResult()
    {
        // Every second filter and unit is zero: taking them out must not change anything.
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Cnn();
        var parameters = (float[])model.Parameters.Clone();
        foreach (var parameter in model.Graph.Parameters.Where(parameter => parameter.Name is not ("dense6.weight" or "dense6.bias")))
        {
            var units = parameter.Name.StartsWith("conv", StringComparison.Ordinal) ? parameter.Shape[0] : parameter.Shape[parameter.Shape.Rank - 1];
            var isMatrix = parameter.Shape.Rank == 2;
            for (var i = 0; i < parameter.Length; i++)
            {
                var unit = isMatrix ? i % units : i / (parameter.Length / units);
                parameters[parameter.Offset + i] = unit % 2 == 0 ? 0 : parameters[parameter.Offset + i];
            }
        }

        model = model with { Parameters = parameters };
        Assert.Equal(new[] { 24, 4 }, model.Graph.Parameters.Single(parameter => parameter.Name == "dense6.weight").Shape.Dimensions.ToArray());
        var pruned = StructuredPruner.Prune(model, 0.5);
        var samples = CompressionModels.Quarters(10, 2);
        Assert.All(
            CompressionModels.Logits(accelerator, model, samples).Zip(CompressionModels.Logits(accelerator, pruned, samples)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal([4, 8, 12, 4], Units(pruned));
        // Each layer but the first and the last has half the inputs and half the units.
        Assert.InRange(pruned.Parameters.Length, 1, (model.Parameters.Length * 0.3) + 100);
    }

    [Fact]
    public void Prune_AndTrain_KeepsAccuracyWithAQuarterOfTheWork()
    {
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Trained(accelerator, CompressionModels.Cnn());
        var pruned = CompressionModels.Trained(accelerator, StructuredPruner.Prune(model, 0.5), 2);
        Assert.InRange(CompressionModels.Accuracy(accelerator, pruned, CompressionModels.Quarters(200, 9)), 0.95, 1);
        var meter = new ModelMeter(accelerator, TimeProvider.System, runs: 1);
        Assert.InRange(meter.Measure(pruned).Flops / (double)meter.Measure(model).Flops, 0.2, 0.4);
    }

    [Fact]
    public void Prune_OfAModelWithOneLayer_Refuses()
    {
        var model = CompressionModels.Create(new NetworkBuilder(4).Dense(3).Build());
        Assert.Throws<NotSupportedException>(() => StructuredPruner.Prune(model, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => StructuredPruner.Prune(model, 0));
    }

    private static int[] Units(TrainedModel model) =>
        [.. model.Graph.Parameters.Where(parameter => parameter.Shape.Rank == 1).Select(parameter => parameter.Length)];
}
