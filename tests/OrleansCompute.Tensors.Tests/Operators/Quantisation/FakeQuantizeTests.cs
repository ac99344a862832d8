using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Quantisation;

public sealed class FakeQuantizeTests
{
    [Fact]
    public void Gradient_WhereNothingIsClamped_PassesStraightThrough()
    {
        using var accelerator = new ReferenceAccelerator();
        var context = new EagerContext(accelerator);
        using var x = Tensor.Vector(-3f, -1.28f, -0.304f, 0f, 0.004f, 1.27f, 1.3f);
        using var scale = Tensor.Scalar(0.01f);
        using var weights = Tensor.Vector(1f, 2f, 3f, 4f, 5f, 6f, 7f);

        var y = context.Apply(new FakeQuantizeOperator(), x, scale)[0];
        var dx = context.Apply(new FakeQuantizeGradientOperator(), weights, x, scale)[0];

        float[] expected = [-1.28f, -1.28f, -0.30f, 0f, 0f, 1.27f, 1.27f];
        Assert.All(expected.Zip(y.AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.Equal([0f, 2f, 3f, 4f, 5f, 6f, 0f], dx.AsSpan<float>().ToArray());
    }
}
