using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Tests.Compression;

namespace OrleansCompute.Training.Tests.Models;

public sealed class MixedPrecisionModelTests
{
    [Theory]
    [InlineData(ElementType.Float16, 65536f)]
    [InlineData(ElementType.BFloat16, 1f)]
    public void ForwardBackward_WithLossScaling_LearnsAsFloat32Does(ElementType type, float scale)
    {
        using var accelerator = new CpuAccelerator();
        var scaler = new LossScaler(new LossScaleOptions { InitialScale = scale });
        using var model = new MixedPrecisionModel(CompressionModels.Cnn().Graph, accelerator, 16, scaler, type);
        var optimiser = new LossScalingOptimiser(new AdamOptimiser(model.Parameters.Length, new AdamOptions { LearningRate = 5e-3f }), scaler);
        var samples = CompressionModels.Quarters(256, 7);
        var last = default(BatchScore);
        for (var step = 0; step < 48; step++)
        {
            var at = step % 16 * 16;
            last = model.ForwardBackward(samples.Values.AsSpan(at * 64, 16 * 64), samples.Labels.AsSpan(at, 16));
            optimiser.Step(model.Parameters.Span, [.. model.Gradients.Span.ToArray().Select(value => value / 16)]);
        }

        Assert.InRange(last.Accuracy, 0.9, 1);
        Assert.InRange(last.Loss, 0, 0.4);
        Assert.True(scaler.SkippedSteps < 16);
    }

    [Fact]
    public void ForwardBackward_WithAScaleBeyondFloat16_OverflowsAndIsSkipped()
    {
        using var accelerator = new CpuAccelerator();
        var scaler = new LossScaler(new LossScaleOptions { InitialScale = 1 << 24 });
        using var model = new MixedPrecisionModel(CompressionModels.Cnn().Graph, accelerator, 4, scaler);
        var optimiser = new LossScalingOptimiser(new SgdOptimiser(model.Parameters.Length), scaler);
        var before = model.Parameters.ToArray();
        var samples = CompressionModels.Quarters(4, 7);
        model.ForwardBackward(samples.Values, samples.Labels);
        optimiser.Step(model.Parameters.Span, model.Gradients.Span);

        // That of the gradients that are there, not of the next.
        Assert.Equal(1 << 24, model.GradientScale);
        Assert.Equal(before, model.Parameters.ToArray());
        Assert.Equal(1 << 23, scaler.Scale);
    }

    [Fact]
    public void Create_WithFloat32_Refuses() =>
        Assert.Throws<ArgumentException>(() => MixedPrecisionGraph.Create(CompressionModels.Cnn().Graph, ElementType.Float32));
}
