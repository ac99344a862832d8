using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class LowRankFactoriserTests
{
    [Fact]
    public void Factorise_OfALayerOfLowRank_KeepsTheResult()
    {
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Create(new NetworkBuilder(64).Dense(40, Activation.Relu).Dense(4).Build());
        var (random, parameters) = (new Random(5), (float[])model.Parameters.Clone());
        var (u, v) = (Enumerable.Range(0, 64 * 3).Select(_ => random.NextSingle() - 0.5f).ToArray(), Enumerable.Range(0, 3 * 40).Select(_ => random.NextSingle() - 0.5f).ToArray());
        for (var i = 0; i < 64 * 40; i++)
        {
            parameters[i] = Enumerable.Range(0, 3).Sum(k => u[(i / 40 * 3) + k] * v[(k * 40) + (i % 40)]);
        }

        model = model with { Parameters = parameters };
        var low = LowRankFactoriser.Factorise(model, new LowRankOptions { EnergyFraction = 0.999999 });
        var samples = CompressionModels.Quarters(10, 2);
        Assert.All(
            CompressionModels.Logits(accelerator, model, samples).Zip(CompressionModels.Logits(accelerator, low, samples)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal((64 * 3) + (3 * 40) + 40 + 160 + 4, low.Parameters.Length);
    }

    [Fact]
    public void Factorise_WithAMaxRank_KeepsToIt()
    {
        var model = CompressionModels.Cnn();
        var low = LowRankFactoriser.Factorise(model, new LowRankOptions { EnergyFraction = 1, MaxRank = 2 });
        Assert.Contains(low.Graph.Parameters, parameter => parameter.Shape.Rank == 2 && parameter.Shape[1] == 2);
        Assert.True(low.Parameters.Length < model.Parameters.Length);
    }

    [Fact]
    public void Factorise_WhenNothingPays_Refuses()
    {
        Assert.Throws<NotSupportedException>(() => LowRankFactoriser.Factorise(CompressionModels.Cnn(), new LowRankOptions { EnergyFraction = 1 }));
        Assert.Throws<ArgumentException>(() => LowRankFactoriser.Factorise(CompressionModels.Cnn(), new LowRankOptions { EnergyFraction = 2 }));
    }
}
