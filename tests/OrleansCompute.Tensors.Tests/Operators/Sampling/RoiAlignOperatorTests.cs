using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Sampling;

public sealed class RoiAlignOperatorTests
{
    [Theory]
    [InlineData(int.MaxValue, 1, 4, 262144)]
    [InlineData(1, 1025, 1024, 1024)]
    [InlineData(257, 7, 0, 256)]
    public void Infer_WithMoreSamplesThanMayBeKept_SaysWhichSizesMayBe(int height, int width, int samples, int allowed)
    {
        using var accelerator = new CpuAccelerator(SimdSupport.Best, 1);
        Tensor[] inputs = [Tensor.Zeros(TensorType.Real(1, 1, 2, 2)), Tensor.Zeros(TensorType.Real(1, 4)), Tensor.Vector(0L)];

        var message = Assert.Throws<ShapeMismatchException>(
            () => new NodeRunner(accelerator).Run(new RoiAlignOperator(height, width, samples), inputs, new RunScope())).Message;

        Assert.Contains($"RoiAlign: output size {height} x {width}", message, StringComparison.Ordinal);
        Assert.EndsWith($"sizes up to {allowed}.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void CountSamples_OfRegionsOfTheirOwnSize_AddsThoseOfAllCells()
    {
        // 6 cells: of 4 x 2 pixels each, and of 1 x 1.
        Assert.Equal(6 * (8 + 1), new RoiAlignOperator(2, 3, 0, 1, false).CountSamples([0, 0, 6, 8, 1, 1, 2, 2]));
        Assert.Equal(6 * 2 * 9, new RoiAlignOperator(2, 3, 3).CountSamples([0, 0, 6, 8, 1, 1, 2, 2]));
    }
}
