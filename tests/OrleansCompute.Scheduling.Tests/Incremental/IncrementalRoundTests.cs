using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Incremental;

public sealed class IncrementalRoundTests
{
    private static readonly IncrementalOptions Few = new() { Waiting = 4, Running = 3 };

    [Theory, InlineData("default", 1), InlineData("goodput", 2), InlineData("mixed", 3), InlineData("tiresias", 4), InlineData("fifo", 5)]
    public void Decide_AfterAnyChange_FitsAndLeavesOthersAlone(string name, int seed)
    {
        var (random, cluster, policy) = (new Random(seed), Cluster(8, 4), SchedulingPolicies.Create(name));
        var jobs = Enumerable.Range(0, 60).Select(i => Make(i, random)).ToList();
        Apply(jobs, policy.Decide(cluster, jobs, 0));
        for (var change = 1; change <= 40; change++)
        {
            int[] changed = [];
            if (change % 2 == 0)
            {
                jobs.RemoveAt(random.Next(jobs.Count));
            }
            else
            {
                jobs.Add(Make(60 + change, random));
                changed = [jobs.Count - 1];
            }

            var decisions = IncrementalRound.Decide(policy, cluster, jobs, changed, change, Few);
            Assert.True(decisions.Count(decision => decision is not null) <= 8);
            Assert.All(changed, job => Assert.NotNull(decisions[job]));
            Assert.Equal(decisions, IncrementalRound.Decide(policy, cluster, jobs, changed, change, Few));
            Apply(jobs, decisions);
            var used = new int[8];
            foreach (var share in jobs.SelectMany(job => job.Allocation.Shares))
            {
                used[share.Node] += share.Accelerators;
            }

            Assert.All(used, count => Assert.InRange(count, 0, 4));
        }
    }

    [Fact]
    public void Decide_WhenAJobFinished_GivesWhatItLeavesToOneThatWaits()
    {
        var cluster = Cluster(2, 4);
        var jobs = Enumerable.Range(0, 20).Select(i => Job($"j{i}", i)).ToList();
        var policy = new TiresiasPolicy();
        Apply(jobs, policy.Decide(cluster, jobs, 30));
        jobs.RemoveAt(0);
        Apply(jobs, IncrementalRound.Decide(policy, cluster, jobs, [], 60, Few));
        Assert.Equal(8, jobs.Sum(job => job.Allocation.Accelerators));
        Assert.False(jobs[7].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenANodeDrains_MovesAllThatAreOnIt()
    {
        var cluster = Cluster(8, 4);
        var jobs = Enumerable.Range(0, 24).Select(i => Job($"j{i}", i)).ToList();
        var policy = SchedulingPolicies.Create("default");
        Apply(jobs, policy.Decide(cluster, jobs, 30));
        var draining = new ClusterSnapshot(cluster.Nodes.SetItem(0, cluster.Nodes[0] with { IsDraining = true }));
        Apply(jobs, IncrementalRound.Decide(policy, draining, jobs, [], 60, Few));
        Assert.DoesNotContain(jobs, job => job.Allocation.Shares.Any(share => share.Node == 0));
        Assert.All(jobs, job => Assert.Equal(1, job.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenAnIndexIsWrong_SaysSo() =>
        Assert.Contains("allowed 0 to 0", Assert.Throws<ArgumentException>(
            () => IncrementalRound.Decide(new FifoPolicy(), Cluster(1, 1), [Job("a")], [1], 0)).Message, StringComparison.Ordinal);

    private static JobSnapshot Make(int number, Random random) => random.Next(2) == 0
        ? Elastic($"j{number}", number)
        : Job($"j{number}", number, 1 + random.Next(4)) with { MinAccelerators = 1, MaxAccelerators = 4 };

    private static void Apply(List<JobSnapshot> jobs, IReadOnlyList<JobDecision?> decisions)
    {
        for (var job = 0; job < jobs.Count; job++)
        {
            jobs[job] = decisions[job] is { } decision ? jobs[job] with { Allocation = decision.Allocation, Memo = decision.Memo } : jobs[job];
        }
    }
}
