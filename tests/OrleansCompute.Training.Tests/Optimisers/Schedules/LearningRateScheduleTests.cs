using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Optimisers.Schedules;

namespace OrleansCompute.Training.Tests.Optimisers.Schedules;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Rate_AtChosenSteps_IsTheFormula()
    {
        Assert.Equal(0.5, new ConstantRate(0.5).Rate(1_000_000));
        Assert.Equal(0.01, new StepRate(1, 30).Rate(60), 1e-12);
        Assert.Equal(0.1, new StepRate(1, 30).Rate(59), 1e-12);
        Assert.Equal(0.25, new ExponentialRate(1, 0.5).Rate(2), 1e-12);
        Assert.Equal(0.5, new CosineRate(1, 100).Rate(50), 1e-12);
        Assert.Equal(0.55, new CosineRate(1, 100, Final: 0.1).Rate(50), 1e-12);
        Assert.Equal(0.5, new LinearRate(1, 100).Rate(50), 1e-12);
        Assert.Equal(0.25, new PolynomialRate(1, 100).Rate(50), 1e-12);
    }

    [Fact]
    public void Rate_WhileWarmingUp_RisesInAStraightLineToThePeak()
    {
        foreach (var schedule in new ILearningRateSchedule[] { new CosineRate(1, 100, 9), new LinearRate(1, 100, 9), new PolynomialRate(1, 100, 2, 9) })
        {
            Assert.Equal(0.1, schedule.Rate(0), 1e-12);
            Assert.Equal(0.9, schedule.Rate(8), 1e-12);
            Assert.Equal(1, schedule.Rate(9), 1e-12);
            Assert.True(schedule.Rate(10) < 1);
            Assert.Equal(0, schedule.Rate(100), 1e-12);
            Assert.Equal(0, schedule.Rate(1L << 40), 1e-12);
        }
    }

    /// <summary>Values of torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10) of PyTorch 1.13, its first ten.</summary>
    [Fact]
    public void Rate_OfOneCycle_IsPyTorchs()
    {
        double[] expected = [0.04, 0.52, 1, 0.950485, 0.811746, 0.611262, 0.388742, 0.188258, 0.049519, 0.000004];
        var schedule = new OneCycleRate(1, 10);
        Assert.All(expected.Index(), pair => Assert.Equal(pair.Item, schedule.Rate(pair.Index), 3e-6));
    }

    [Fact]
    public void Validate_OutOfRange_NamesEachValue()
    {
        Assert.Equal(4, new CosineRate(0, 0, 5, 1).Validate().Count);
        Assert.Equal(3, new StepRate(-1, 0, 2).Validate().Count);
        Assert.Contains("Schedule.TotalSteps is 1; allowed 2 to", Assert.Single(new OneCycleRate(1, 1).Validate()), StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => new AdamOptimiser(1, new AdamOptions { Schedule = new ExponentialRate(1, 2) }));
        Assert.Contains("Schedule.Factor is 2; allowed above 0 to 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_WithSchedule_TakesTheRateOfItsStep()
    {
        var optimiser = new SgdOptimiser(1, new SgdOptions { Momentum = 0, Schedule = new StepRate(1, 2, 0.5) });
        var parameters = new float[1];
        for (var i = 0; i < 4; i++)
        {
            optimiser.Step(parameters, [1]);
        }

        Assert.Equal(-3f, parameters[0], 1e-6f);
        Assert.Equal(0.25f, optimiser.NextRate);
    }
}
