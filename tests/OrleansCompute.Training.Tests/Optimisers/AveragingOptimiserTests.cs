using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class AveragingOptimiserTests
{
    [Fact]
    public void Step_WithoutWarmUp_FollowsTheRecurrence()
    {
        var optimiser = new AveragingOptimiser(new SgdOptimiser(1, new SgdOptions { LearningRate = 1, Momentum = 0 }), 0.9f, warmsUp: false);
        var parameters = new float[] { 2 };
        var expected = 2.0;
        for (var t = 0; t < 20; t++)
        {
            optimiser.Step(parameters, [0.1f]);
            expected = (0.9 * expected) + (0.1 * (2 - (0.1 * (t + 1))));
        }

        Assert.Equal(expected, optimiser.Average[0], 1e-5);
    }

    [Fact]
    public void Import_OfExportedState_KeepsTheAverage()
    {
        AveragingOptimiser Create() => new(new AdamOptimiser(2));
        var (a, b) = (Create(), Create());
        var first = new float[] { 1, 2 };
        a.Step(first, [1, -1]);
        b.Import(a.Export());
        Assert.Equal(a.Average.ToArray(), b.Average.ToArray());
        Assert.Equal("adam+ema", b.Export().Name);
        Assert.Throws<ArgumentException>(() => b.Import(new AdamOptimiser(2).Export()));
        Assert.Throws<ArgumentException>(() => new AveragingOptimiser(new AdamOptimiser(2), 1f));
    }
}
