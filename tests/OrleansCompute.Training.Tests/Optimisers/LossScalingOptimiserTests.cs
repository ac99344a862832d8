using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class LossScalingOptimiserTests
{
    [Fact]
    public void Step_WithScaledGradient_MovesAsWithoutScale()
    {
        var (plain, scaled) = (new float[] { 1, 2 }, new float[] { 1, 2 });
        var scaler = new LossScaler(new LossScaleOptions { InitialScale = 1024 });
        new AdamOptimiser(2).Step(plain, [0.5f, -0.25f]);
        new LossScalingOptimiser(new AdamOptimiser(2), scaler).Step(scaled, [512, -256]);
        Assert.Equal(plain, scaled);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Step_WithNonFiniteGradient_IsLeftOutAndBacksOff(float bad)
    {
        var inner = new AdamOptimiser(2);
        var optimiser = new LossScalingOptimiser(inner, new LossScaler(new LossScaleOptions { InitialScale = 64 }));
        var parameters = new float[] { 1, 2 };
        optimiser.Step(parameters, [bad, 0]);
        Assert.Equal([1f, 2f], parameters);
        Assert.Equal((1L, 0L, 32f, 1L), (optimiser.StepCount, inner.StepCount, optimiser.Scaler.Scale, optimiser.Scaler.SkippedSteps));
    }

    [Fact]
    public void Update_AfterARowOfGoodSteps_GrowsToTheLimit()
    {
        var scaler = new LossScaler(new LossScaleOptions { InitialScale = 4, GrowthInterval = 3, MaxScale = 8 });
        for (var i = 0; i < 9; i++)
        {
            scaler.Update(true);
        }

        Assert.Equal(8, scaler.Scale);
        for (var i = 0; i < 9; i++)
        {
            scaler.Update(false);
        }

        Assert.Equal(1, scaler.Scale);
    }

    [Fact]
    public void Import_ThroughACheckpoint_KeepsTheScale()
    {
        LossScalingOptimiser Create() => new(new AdamOptimiser(1), new LossScaler());
        var (a, b) = (Create(), Create());
        a.Step(new float[1], [float.NaN]);
        a.Step(new float[1], [1]);
        var checkpoint = new Checkpoint
        {
            Epoch = 0,
            StepInEpoch = 0,
            GlobalStep = 2,
            Seed = 1,
            BatchSize = 1,
            SampleCount = 1,
            ModelHash = new string('0', 64),
            DatasetHash = new string('0', 64),
            Parameters = [0],
            Optimiser = a.Export(),
        };
        b.Import(CheckpointCodec.Decode(CheckpointCodec.Encode(checkpoint)).Optimiser);
        Assert.Equal((32768f, 1, 1L, 2L), (b.Scaler.Scale, b.Scaler.GoodSteps, b.Scaler.SkippedSteps, b.StepCount));
        Assert.Equal(1, b.Export().Scalars[0]);
    }

    [Fact]
    public void Options_Defaults_AreThoseOfGradScaler()
    {
        var options = new LossScaleOptions();
        Assert.Equal((65536f, 2f, 0.5f, 2000), (options.InitialScale, options.GrowthFactor, options.BackoffFactor, options.GrowthInterval));
        Assert.Equal(5, new LossScaleOptions { InitialScale = 0, GrowthFactor = 1, BackoffFactor = 1, GrowthInterval = 0, MaxScale = -1 }.Validate().Count);
    }
}
