using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Tests.Governance;

namespace OrleansCompute.Scheduling.Tests.Objectives;

public sealed class PolicyPipelineTests
{
    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Names))]
    public void Decide_InAnyPool_KeepsAllPromises(string name)
    {
        // Waits are short here, so that every part has work.
        var options = new PipelineOptions { Reservations = new ReservationOptions { StarvationSeconds = 120, HoldSeconds = 120 }, Cost = new CostOptions() };
        for (var seed = 0; seed < 30; seed++)
        {
            var pool = new RandomPool(seed);
            var policy = PolicyPipeline.Create(name, options);
            for (var round = 0; round < 10; round++)
            {
                var at = round;
                pool.Round(
                    new Shaped(policy),
                    decisions =>
                    {
                        try
                        {
                            PromiseCheck.All(policy, pool, decisions);
                        }
                        catch (Exception error)
                        {
                            throw new InvalidOperationException($"{name}, seed {seed}, round {at}: {error.Message}", error);
                        }
                    });
            }
        }
    }

    [Theory]
    [InlineData("default", 71)]
    [InlineData("tiresias", 86)]
    [InlineData("tiresias", 253)]
    public void Decide_WhenAGangThatStarvedStarts_LeavesWhatStaysAndWhatHostsHave(string name, int seed)
    {
        var options = new PipelineOptions { Reservations = new ReservationOptions { StarvationSeconds = 200 } };
        var pool = new RandomPool(seed);
        var policy = PolicyPipeline.Create(name, options);
        for (var round = 0; round < 12; round++)
        {
            pool.Round(policy, decisions => PromiseCheck.All(policy, pool, decisions));
        }
    }

    [Fact]
    public void Create_WhenEverythingIsOff_IsTheGovernedPolicy()
    {
        var bare = new PipelineOptions
        {
            Reservations = null, Deadlines = null, MixedGangs = null, Defragmentation = null, Spot = null, KeepsBudgets = false, Colocation = null,
        };
        var pool = new RandomPool(1);
        pool.Round(PolicyPipeline.Create("default", bare), decisions => Assert.Equal(
            SchedulingPolicies.Create("default").Decide(pool.Cluster, pool.Jobs, pool.Now).Select(decision => decision.Allocation),
            decisions.Select(decision => decision.Allocation)));
    }

    [Fact]
    public void Create_WhenTheNameIsUnknown_ListsTheNames() =>
        Assert.Contains("tiresias", Assert.Throws<ArgumentException>(() => PolicyPipeline.Create("best")).Message, StringComparison.Ordinal);

    // Some of the jobs with deadlines and lengths, by their names, so that a job has the same in every round.
    private sealed class Shaped(ISchedulingPolicy policy) : ISchedulingPolicy
    {
        public string Name => policy.Name;

        public bool IsElastic => policy.IsElastic;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            return policy.Decide(cluster, [.. jobs.Select(job => int.Parse(job.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 4 == 0
                ? job with { DeadlineSeconds = job.SubmitSeconds + 900, ExpectedRemainingSeconds = 300 } : job)], nowSeconds);
        }
    }
}
