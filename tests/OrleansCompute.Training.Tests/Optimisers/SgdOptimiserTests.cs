using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class SgdOptimiserTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    public void Step_WithMomentum_AddsUpMovement(int length)
    {
        var optimiser = new SgdOptimiser(length, new SgdOptions { LearningRate = 0.1f, Momentum = 0.5f });
        var parameters = new float[length];
        var gradient = new float[length];
        gradient.AsSpan().Fill(1);

        optimiser.Step(parameters, gradient);
        optimiser.Step(parameters, gradient);

        Assert.All(parameters, value => Assert.Equal(-0.1f - 0.15f, value, 1e-6f));
        Assert.Equal(1.5f, optimiser.Export().Slots[0][0], 1e-6f);
    }

    [Fact]
    public void Import_OfExportedState_ContinuesToTheSameBits()
    {
        var (a, b) = (new SgdOptimiser(2), new SgdOptimiser(2));
        a.Step(new float[2], [3, 4]);
        b.Import(a.Export());
        var (x, y) = (new float[2], new float[2]);

        a.Step(x, [1, 1]);
        b.Step(y, [1, 1]);

        Assert.Equal(x, y);
    }

    [Fact]
    public void Options_Defaults_ArePinned()
    {
        Assert.Equal((0.01f, 0.9f), (new SgdOptions().LearningRate, new SgdOptions().Momentum));
        Assert.Equal(2, new SgdOptions { LearningRate = 11, Momentum = 1 }.Validate().Count);
    }
}
