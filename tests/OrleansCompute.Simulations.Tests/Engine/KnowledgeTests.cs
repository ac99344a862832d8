using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class KnowledgeTests
{
    [Theory, InlineData(ThroughputKnowledge.Measured), InlineData(ThroughputKnowledge.PerJob), InlineData(ThroughputKnowledge.PerPool), InlineData(ThroughputKnowledge.PerApplication)]
    public void Run_InTheBlindTrack_TellsPoliciesNoLengths(ThroughputKnowledge knowledge)
    {
        var spy = Run(isClairvoyant: false, new DefaultPolicy(), knowledge);
        Assert.NotEmpty(spy.Seen);
        Assert.All(spy.Seen, job => Assert.True(job.KnownRemainingSeconds is null && job.ExpectedRemainingSeconds is null, job.Id));
    }

    [Fact]
    public void Describe_OfALaterJobOfAnApplication_KnowsWhatTheFirstSaw()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,1,32", "b,5000,small,1,32", "c,5000,large,1,32"]);
        var (apart, together) = (Jobs(ThroughputKnowledge.PerJob), Jobs(ThroughputKnowledge.PerApplication));

        Assert.Null(apart[1].Describe().Goodput);
        Assert.Null(together[2].Describe().Goodput);

        // Faster than one of them by a larger batch, which nobody would know to be worth it who has not seen any gradients.
        var speed = together[1].Describe().Goodput!;
        Assert.True(speed.Goodput("T4", 1, 4) > 1.5 * speed.Goodput("T4", 1, 1));

        IReadOnlyList<SimulatedJob> Jobs(ThroughputKnowledge knowledge)
        {
            var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux, knowledge);
            new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions { MaxSeconds = 4_000 }, TimeProvider.System).Run();
            return setup.Jobs;
        }
    }

    [Fact]
    public void Run_InTheClairvoyantTrack_TellsWhatIsLeft()
    {
        var spy = Run(isClairvoyant: true, SchedulingPolicies.Create("srtf"), ThroughputKnowledge.Measured);
        foreach (var job in spy.Seen.GroupBy(job => job.Id, StringComparer.Ordinal))
        {
            var left = job.Select(snapshot => snapshot.KnownRemainingSeconds!.Value).ToList();
            Assert.Equal(left.OrderDescending(), left);
            Assert.True(left[^1] > 0);
        }
    }

    [Fact]
    public void Decide_WhenLengthsAreNotKnown_ShortestRemainingRefuses() =>
        Assert.Contains("needs KnownRemainingSeconds of job", Assert.Throws<ArgumentException>(
            () => Run(isClairvoyant: false, new ShortestRemainingPolicy(), ThroughputKnowledge.Measured)).Message, StringComparison.Ordinal);

    private static Spy Run(bool isClairvoyant, ISchedulingPolicy policy, ThroughputKnowledge knowledge)
    {
        using var files = new PolluxFiles();
        var spy = new Spy(policy);
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux, knowledge);
        new ClusterSimulator(setup.Cluster, setup.Jobs, spy, new SimulationOptions { IsClairvoyant = isClairvoyant }, TimeProvider.System).Run();
        return spy;
    }

    private sealed class Spy(ISchedulingPolicy inner) : ISchedulingPolicy
    {
        public List<JobSnapshot> Seen { get; } = [];

        public string Name => inner.Name;

        public bool IsElastic => inner.IsElastic;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            Seen.AddRange(jobs);
            return inner.Decide(cluster, jobs, nowSeconds);
        }
    }
}
