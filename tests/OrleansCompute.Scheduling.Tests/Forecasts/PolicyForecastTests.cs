using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Forecasts;

public sealed class PolicyForecastTests
{
    [Fact]
    public void Play_WhenLengthsAreStated_StartsAWaitingJobAtTheEndOfTheOther()
    {
        var jobs = new[] { Running("a", 2, 1000), Job("b", 5, 4) with { ExpectedRemainingSeconds = 100 } };
        var forecast = new PolicyForecast(new FifoPolicy(), JobLengths.None).Play(Cluster(1, 4), jobs, 10);
        Assert.Equal(SecondsForecast.Stated(10), forecast[0].Start);
        Assert.Equal(1010, forecast[0].End.LikelySeconds, 1e-6);
        Assert.Equal(1010, forecast[1].Start.LikelySeconds, 1e-6);
        Assert.Equal(ForecastBasis.Stated, forecast[1].Start.Basis);
        Assert.Equal(1010 + 30 + 100, forecast[1].End.LikelySeconds, 1e-6);
    }

    [Fact]
    public void Play_WhenNothingIsKnown_SaysSo()
    {
        var jobs = new[] { Running("a", 2, null), Job("b", 5, 4) };
        var forecast = new PolicyForecast(new FifoPolicy(), JobLengths.None).Play(Cluster(1, 4), jobs, 10);
        Assert.Equal((false, ForecastBasis.Unknown), (forecast[1].Start.IsKnown, forecast[1].Start.Basis));
        Assert.False(forecast[0].End.IsKnown);
    }

    [Fact]
    public void Play_WhenLengthsAreLearned_GivesARange()
    {
        var lengths = new JobLengths(ServiceDistribution.Learn(Enumerable.Range(1, 100).Select(i => 40.0 * i)));
        var jobs = new[] { Running("a", 2, null), Job("b", 5, 4) };
        var start = new PolicyForecast(new FifoPolicy(), lengths).Play(Cluster(1, 4), jobs, 10)[1].Start;
        Assert.Equal(ForecastBasis.Learned, start.Basis);
        Assert.True(10 < start.LowSeconds && start.LowSeconds < start.LikelySeconds && start.LikelySeconds < start.HighSeconds);
    }

    [Fact]
    public void Play_WhenAnElasticJobGetsMore_EndsEarlier()
    {
        var job = Elastic("a", exponent: 1) with { Allocation = Allocation.Of([new NodeShare(0, 1)]), ExpectedRemainingSeconds = 3600, RunSeconds = 1e5 };
        var forecast = new PolicyForecast(new GoodputPolicy(), JobLengths.None).Play(Cluster(1, 4), [job], 0)[0];
        Assert.Equal(30 + 900, forecast.End.LikelySeconds, 1e-6);
    }

    [Fact]
    public void Play_OfFifoWithStatedLengths_EqualsPlainSimulation() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var cluster = Cluster(1, random.Next(1, 9));
            var jobs = Enumerable.Range(0, random.Next(1, 8)).Select(i => Job($"j{i}", i, random.Next(1, cluster.Accelerators + 1)) with
            {
                ExpectedRemainingSeconds = random.Next(1, 2000), RestartSeconds = 30,
            }).ToArray();
            var forecast = new PolicyForecast(new FifoPolicy(), JobLengths.None).Play(cluster, jobs, 100);
            var (free, ends, now) = (cluster.Accelerators, new PriorityQueue<int, double>(), 100.0);
            for (var i = 0; i < jobs.Length; i++)
            {
                while (free < jobs[i].RequestedAccelerators)
                {
                    ends.TryDequeue(out var accelerators, out now);
                    free += accelerators;
                }

                free -= jobs[i].RequestedAccelerators;
                var end = now + 30 + jobs[i].ExpectedRemainingSeconds!.Value;
                ends.Enqueue(jobs[i].RequestedAccelerators, end);
                Assert.Equal(now, forecast[i].Start.LikelySeconds, 1e-6);
                Assert.Equal(end, forecast[i].End.LikelySeconds, 1e-6);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Create_WhenOptionsAreWrong_NamesThemAll()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new PolicyForecast(new FifoPolicy(), JobLengths.None, new ForecastOptions { HorizonSeconds = 0, StepGrowth = 3 }));
        Assert.Contains("HorizonSeconds is 0; allowed 1 to 31536000", error.Message, StringComparison.Ordinal);
        Assert.Contains("StepGrowth is 3; allowed 1 to 2", error.Message, StringComparison.Ordinal);
    }

    private static JobSnapshot Running(string id, int accelerators, double? remaining) => Job(id, 0, accelerators) with
    {
        Allocation = Allocation.Of([new NodeShare(0, accelerators)]), RunSeconds = 10, AttainedAcceleratorSeconds = 10 * accelerators,
        ExpectedRemainingSeconds = remaining,
    };
}
