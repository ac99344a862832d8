using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class GradientClippingTests
{
    [Fact]
    public void Step_WithMaxNorm_ShortensTheGradientToIt()
    {
        var parameters = new float[2];
        var options = new SgdOptions { LearningRate = 1, Momentum = 0, Clipping = new GradientClipping { MaxNorm = 1 } };
        new SgdOptimiser(2, options).Step(parameters, [3, 4]);
        Assert.Equal(-0.6f, parameters[0], 1e-5f);
        Assert.Equal(-0.8f, parameters[1], 1e-5f);
        new SgdOptimiser(2, options).Step(parameters, [0.3f, 0.4f]);
        Assert.Equal(-0.9f, parameters[0], 1e-5f);
    }

    [Fact]
    public void Step_WithMaxValue_CutsElements()
    {
        var parameters = new float[2];
        new SgdOptimiser(2, new SgdOptions { LearningRate = 1, Momentum = 0, Clipping = new GradientClipping { MaxValue = 0.5f } }).Step(parameters, [3, -0.25f]);
        Assert.Equal([-0.5f, 0.25f], parameters);
    }

    [Fact]
    public void Step_WithMaxNormOnNaN_ChangesNothing()
    {
        var parameters = new float[] { 1, 1 };
        var optimiser = new AdamOptimiser(2, new AdamOptions { Clipping = new GradientClipping { MaxNorm = 1 } });
        Assert.Throws<NonFiniteGradientException>(() => optimiser.Step(parameters, [float.NaN, 0]));
        Assert.Equal([1f, 1f], parameters);
        Assert.Equal(0, optimiser.StepCount);
    }

    [Fact]
    public void Step_OfLarsWithMaxNorm_UsesTheClippedNorm()
    {
        // With the paper's rate the length of the gradient cancels, except against the decay.
        var clipping = new GradientClipping { MaxNorm = 1 };
        var (clipped, plain) = (new float[] { 1, 2 }, new float[] { 1, 2 });
        new LarsOptimiser(2, new LarsOptions { Clipping = clipping }).Step(clipped, [30, 40]);
        new LarsOptimiser(2).Step(plain, [0.6f, 0.8f]);
        Assert.Equal(plain[0], clipped[0], 1e-6f);
        Assert.Equal(plain[1], clipped[1], 1e-6f);
    }
}
