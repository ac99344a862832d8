using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Linear;

public sealed class DropoutOperatorTests
{
    private static readonly Tensor _ones = Ones(10_000);

    [Fact]
    public void Apply_InTraining_KeepsTheShareAndTheMean()
    {
        var kept = Run(step: 1);

        // 10,000 draws with p = 0.25: five standard deviations of the mean are 0.0217.
        Assert.InRange(kept.Count(value => value == 0) / 10_000.0, 0.228, 0.272);
        Assert.All(kept, value => Assert.True(value is 0 or (> 1.3333f and < 1.3334f)));
    }

    [Fact]
    public void Apply_WithTheSameStep_ChoosesTheSame_AndOtherwiseAnother()
    {
        Assert.Equal(Run(step: 1), Run(step: 1));
        Assert.NotEqual(Run(step: 1), Run(step: 2));
    }

    private static float[] Run(long step)
    {
        using var accelerator = new ReferenceAccelerator();
        return new EagerContext(accelerator).Dropout(_ones, 0.25f, 7, Tensor.Scalar(step)).AsSpan<float>().ToArray();
    }

    private static Tensor Ones(int count)
    {
        var ones = Tensor.Zeros(TensorType.Real(count));
        ones.AsSpan<float>().Fill(1);
        return ones;
    }
}
