using OrleansCompute.Grains.Shards;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Shards;

public sealed class ShardMapperTests
{
    [Fact]
    public void ToResult_OfAnOutcome_GivesTheNoiseBack()
    {
        var result = new ShardStepResult { LossSum = 1, Correct = 2, Count = 3, BusyTime = TimeSpan.Zero, PartSquares = 4, Parts = 2, GradientScale = 1024 };

        var actual = ShardMapper.ToResult(ShardMapper.ToOutcome(result, 1));

        Assert.Equal((4.0, 2, 1024.0), (actual.PartSquares, actual.Parts, actual.GradientScale));
    }

    [Fact]
    public void ToResult_OfAnOlderBuildsOutcome_HasTheScaleOne() =>
        Assert.Equal(1, ShardMapper.ToResult(ShardMapper.ToOutcome(new ShardStepResult { LossSum = 1, Correct = 2, Count = 3, BusyTime = TimeSpan.Zero }, 1) with { GradientScale = 0 }).GradientScale);
}
