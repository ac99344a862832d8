using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Optimisers.Schedules;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class StepScaleTests
{
    private static readonly float[] Gradient = [1, -2, 3];

    [Theory]
    [InlineData("sgd", 3)]
    [InlineData("adam", 3)]
    [InlineData("adam+ema", 3)]
    [InlineData("adam+scale", 3)]
    public void Step_WithAFactor_MovesSoMuchFarther(string name, double factor)
    {
        var (plain, scaled) = (new float[3], new float[3]);

        Create(name, null).Step(plain, Gradient);
        Create(name, null).Step(scaled, Gradient, new StepScale(factor));

        for (var i = 0; i < 3; i++)
        {
            Assert.NotEqual(0, plain[i]);
            Assert.Equal(factor, scaled[i] / plain[i], 4);
        }
    }

    [Fact]
    public void Step_WithAPosition_TakesTheScheduleThere()
    {
        var schedule = new LinearRate(1, 100, 0, 0);
        var (early, late) = (new float[3], new float[3]);

        Create("sgd", schedule).Step(early, Gradient, new StepScale(1, 0));
        Create("sgd", schedule).Step(late, Gradient, new StepScale(1, 75));

        Assert.Equal(schedule.Rate(75) / schedule.Rate(0), late[1] / early[1], 4);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(1, -1)]
    public void Step_WithASillyScale_RefusesAndChangesNothing(double factor, long position)
    {
        var optimiser = Create("sgd", null);
        var parameters = new float[3];

        Assert.Throws<ArgumentOutOfRangeException>(() => optimiser.Step(parameters, Gradient, new StepScale(factor, position)));

        Assert.Equal([0, 0, 0], parameters);
        Assert.Equal(0, optimiser.StepCount);
    }

    private static IOptimiser Create(string name, ILearningRateSchedule? schedule) => name switch
    {
        "sgd" => new SgdOptimiser(3, new SgdOptions { LearningRate = 0.1f, Schedule = schedule }),
        "adam" => new AdamOptimiser(3, new AdamOptions { LearningRate = 0.1f }),
        "adam+ema" => new AveragingOptimiser(new AdamOptimiser(3, new AdamOptions { LearningRate = 0.1f })),
        _ => new LossScalingOptimiser(new AdamOptimiser(3, new AdamOptions { LearningRate = 0.1f }), new LossScaler(new LossScaleOptions { InitialScale = 1, MaxScale = 1 })),
    };
}
