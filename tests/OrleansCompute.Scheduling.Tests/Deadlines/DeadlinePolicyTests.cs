using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tests.Reservations;
using Xunit.Abstractions;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

public sealed class DeadlinePolicyTests(ITestOutputHelper output)
{
    [Fact]
    public void Decide_WhenAJobHasADeadline_GivesItTheLeastThatMeetsIt()
    {
        var policy = new DeadlinePolicy(new GoodputPolicy(), new DeadlineOptions { SlackFraction = 0, SlackRestarts = 0 });
        JobSnapshot[] jobs = [Elastic("old") with { MaxAccelerators = 8 }, Due("due", 4000, 1040)];
        var decisions = policy.Decide(Cluster(1, 8), jobs, 0);
        Assert.Equal([4, 4], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains("the least that meets its deadline in 17 min", decisions[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenNobodyElseWantsThem_GivesItMoreAndLeavesItThere()
    {
        var policy = new DeadlinePolicy(new GoodputPolicy());
        JobSnapshot[] jobs = [Due("due", 4000, 8000)];
        var decisions = policy.Decide(Cluster(1, 8), jobs, 0);
        Assert.Equal(8, decisions[0].Allocation.Accelerators);
        var later = Next(jobs, decisions, 0, 60);
        Assert.Equal(decisions[0].Allocation, policy.Decide(Cluster(1, 8), later, 60)[0].Allocation);
    }

    [Fact]
    public void Decide_WhenTheDeadlineIsLost_TreatsItAsAnyOther()
    {
        var policy = new DeadlinePolicy(new FifoPolicy());
        var decisions = policy.Decide(Cluster(1, 4), [Job("a", 0, 4), Due("due", 4000, 100) with { RequestedAccelerators = 4 }], 0);
        Assert.Equal([4, 0], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.EndsWith("its deadline cannot be met any more", decisions[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenALaterJobWouldBreakAPromise_KeepsThePromise()
    {
        var policy = new DeadlinePolicy(new FifoPolicy(), new DeadlineOptions { SlackFraction = 0, SlackRestarts = 0 });
        JobSnapshot[] jobs = [Due("first", 8 * 970, 1000), Due("intruder", 8 * 470, 600) with { SubmitSeconds = 5, RequestedAccelerators = 8, MinAccelerators = 8 }];
        jobs[0] = jobs[0] with { RequestedAccelerators = 8, MinAccelerators = 8, ExpectedRemainingSeconds = 960 };
        jobs[1] = jobs[1] with { ExpectedRemainingSeconds = 470 };
        Assert.Equal([8, 0], policy.Decide(Cluster(1, 8), jobs, 5).Select(decision => decision.Allocation.Accelerators));
    }

    [Theory, InlineData(30.0), InlineData(0.0)]
    public void Decide_OverAWorkload_MeetsMoreDeadlinesThanTheOthers(double restartSeconds)
    {
        var names = new[] { "fifo", "tiresias", "default", "elasticflow", "default with deadlines" };
        var met = new double[names.Length];
        var others = new double[names.Length];
        for (var seed = 0; seed < 3; seed++)
        {
            for (var i = 0; i < names.Length; i++)
            {
                var (share, mean) = Simulate(names[i], seed, restartSeconds);
                (met[i], others[i]) = (met[i] + (share / 3), others[i] + (mean / 3));
            }
        }

        for (var i = 0; i < names.Length; i++)
        {
            output.WriteLine($"{names[i]}: {met[i]:P1} of deadlines met, other jobs take {others[i]:0} s on average");
        }

        Assert.All(Enumerable.Range(0, 3), other => Assert.True(met[4] > met[other] + 0.1, $"{names[other]}: {met[other]:P1}, ours {met[4]:P1}"));

        // Where restarts cost nothing, what is kept in reserve costs a few deadlines; where they do, not counting them costs most.
        Assert.True(met[4] > met[3] + (restartSeconds > 0 ? 0.2 : -0.03), $"elasticflow {met[3]:P1}, ours {met[4]:P1}");
    }

    // Jobs come at random for some hours; seven in ten have a deadline of half to one and a half of their length, as in ElasticFlow's evaluation.
    private static (double Met, double OtherSeconds) Simulate(string name, int seed, double restartSeconds)
    {
        var random = new Random(seed);
        var elasticFlow = new ElasticFlowBaseline(60);
        var cluster = Cluster(2, 8);
        ISchedulingPolicy policy = name switch
        {
            "elasticflow" => elasticFlow,
            "default with deadlines" => new DeadlinePolicy(SchedulingPolicies.Create("default")),
            _ => SchedulingPolicies.Create(name),
        };
        var world = new RoundWorld(policy, cluster);
        var (due, other, next) = (new List<JobSnapshot>(), new List<JobSnapshot>(), 0.0);
        for (var i = 0; i < 60; i++)
        {
            next += -260 * Math.Log(1 - random.NextDouble());
            var requested = 1 << random.Next(0, 4);
            var seconds = Math.Min(20_000, Math.Exp(7 + (1.1 * Normal(random))));
            var (tightness, exponent, hasDeadline) = (0.5 + random.NextDouble(), 0.7 + (0.25 * random.NextDouble()), random.Next(10) < 7);
            while (world.Now < next)
            {
                world.Step();
            }

            var job = Elastic($"j{i}", world.Now, exponent) with { RequestedAccelerators = requested, MaxAccelerators = 16, ExpectedRemainingSeconds = seconds, RestartSeconds = restartSeconds };
            if (!hasDeadline)
            {
                other.Add(job);
                world.Submit(job, seconds, statesLength: true);
                continue;
            }

            job = job with { DeadlineSeconds = world.Now + (tightness * seconds) };
            due.Add(job);
            var isAdmitted = name switch
            {
                "elasticflow" => elasticFlow.Admits(cluster, world.Jobs, job, world.Now),
                "default with deadlines" => new DeadlineAdmission().Check(cluster, world.Jobs, job, world.Now, isElastic: true).IsAdmitted,
                _ => true,
            };
            if (isAdmitted)
            {
                world.Submit(job, seconds, statesLength: true);
            }
        }

        while (world.Jobs.Count > 0 && world.Now < 1e6)
        {
            world.Step();
        }

        return (due.Count(job => world.Ends.TryGetValue(job.Id, out var end) && end <= job.DeadlineSeconds) / (double)due.Count,
            other.Average(job => world.Ends[job.Id] - job.SubmitSeconds));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static JobSnapshot Due(string id, double seconds, double deadline) =>
        Elastic(id, exponent: 1) with { DeadlineSeconds = deadline, ExpectedRemainingSeconds = seconds, MaxAccelerators = 8 };
}
