using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Scale;

namespace OrleansCompute.Simulations.Tests.Scale;

public sealed class SchedulerBenchmarkTests
{
    [Theory, InlineData(true, 1), InlineData(true, 3), InlineData(false, 1), InlineData(false, 3)]
    public void Run_OfAPoolUnderDemand_DecidesIncrementallyAboutAsWellAsInWholeRounds(bool isElastic, int types)
    {
        var pool = new SyntheticPool(192, 400, types, isElastic, seed: 3);
        var times = SchedulerBenchmark.Run(SchedulingPolicies.Create("default"), pool, "case", 3, 10, TimeProvider.System, default);
        Assert.Equal((3, 30, 400), (times.Rounds, times.Decisions, times.Jobs));
        Assert.InRange(times.SpeedRatio, 0.9, 1.2);
        Assert.InRange(times.HeldFraction, 0.9, 1);
        Assert.True(times.RoundMsP99 >= times.RoundMsP50 && times.SubmitMsP99 >= times.SubmitMsP50);
    }

    [Theory, InlineData(7, 1, 1), InlineData(8, 0, 1), InlineData(8, 1, 9)]
    public void New_WhenANumberIsOutOfRange_SaysSo(int accelerators, int jobs, int types) =>
        Assert.Contains("allowed", Assert.Throws<ArgumentException>(() => new SyntheticPool(accelerators, jobs, types, true, 0)).Message, StringComparison.Ordinal);
}
