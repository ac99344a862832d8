using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tests.Governance;

namespace OrleansCompute.Scheduling.Tests.Colocation;

/// <summary>What holds for pairs in any pool, over many rounds in which jobs come, go and are fixed.</summary>
public sealed class ColocationPropertyTests
{
    private const int Rounds = 12;
    private static readonly ClusterSnapshot Cluster = new(
        [Node("f0", "fast", 4), Node("f1", "fast", 4), Node("s0", "slow", 1), Node("s1", "slow", 1), Node("s2", "slow", 4)]);

    public static TheoryData<bool> Pipelines => [false, true];

    [Theory, MemberData(nameof(Pipelines))]
    public void Decide_InAnyPool_NoAcceleratorHasMoreThanTwoAndTheseAgree(bool isPipeline) =>
        PolicyConformanceTests.ForSeeds(40, seed => Agrees(seed, isPipeline));

    // Found by random pools: a waiting job that may not be preempted made its host stay on a type where both are too slow.
    [Fact]
    public void Decide_WhenAGuestThatMayNotBePreemptedWaits_ItsHostMovesToWhereBothAreFast() => Agrees(10_045_202, isPipeline: true);

    private static void Agrees(int seed, bool isPipeline) =>
        Play(seed, isPipeline, (jobs, decisions) =>
        {
            var used = new int[Cluster.Nodes.Length];
            var numbers = Enumerable.Range(0, jobs.Count).ToDictionary(job => jobs[job].Id);
            for (var i = 0; i < jobs.Count; i++)
            {
                var (job, decision) = (jobs[i], decisions[i]);
                var other = decision.SharesWith.Length > 0 ? numbers[decision.SharesWith] : -1;
                Assert.Equal(decision.Allocation.IsEmpty ? 0 : job.RequestedAccelerators, decision.Allocation.Accelerators);
                if (other >= 0)
                {
                    Assert.NotEqual(i, other);
                    Assert.Equal(job.Id, decisions[other].SharesWith);
                    Assert.False(decision.Allocation.IsEmpty);
                    Assert.Equal(decision.Allocation, decisions[other].Allocation);
                    var type = Cluster.Types[Cluster.TypeOf(decision.Allocation)];
                    Assert.True(job.Colocation!.SpeedBeside(jobs[other], type, job.RequestedAccelerators) >= new ColocationOptions().MinSpeedFraction);
                }

                // An accelerator counts once, whoever of the two it is counted with.
                foreach (var share in decision.Allocation.Shares)
                {
                    used[share.Node] += other < i ? share.Accelerators : 0;
                }

                if (!job.IsPreemptible && !job.Allocation.IsEmpty)
                {
                    Assert.Equal((job.Allocation, numbers.ContainsKey(job.SharesWith) ? job.SharesWith : ""), (decision.Allocation, decision.SharesWith));
                }
            }

            for (var node = 0; node < used.Length; node++)
            {
                Assert.InRange(used[node], 0, Cluster.Nodes[node].Accelerators);
            }
        });

    [Theory, MemberData(nameof(Pipelines))]
    public void Decide_WhenNoPairSpeedIsKnown_DecidesWhatThePolicyWithinDoes(bool isPipeline) => PolicyConformanceTests.ForSeeds(20, seed =>
        Play(
            seed, isPipeline,
            (jobs, decisions) =>
            {
                var plain = isPipeline
                    ? PolicyPipeline.Create("default", new PipelineOptions { Colocation = null })
                    : new GovernedPolicy(new MixedTypePolicy());
                Assert.Equal(plain.Decide(Cluster, jobs, 1_000).Select(Text), decisions.Select(Text));
            },
            knowsPairs: false));

    [Theory, MemberData(nameof(Pipelines))]
    public void Decide_WhenAskedTwice_DecidesTheSame(bool isPipeline) => PolicyConformanceTests.ForSeeds(15, seed =>
        Play(seed, isPipeline, (jobs, decisions) => Assert.Equal(decisions.Select(Text), Policy(isPipeline).Decide(Cluster, jobs, 1_000).Select(Text))));

    [Fact]
    public void Decide_InThesePools_FindsPairsOften()
    {
        var pairs = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            Play(seed, false, (_, decisions) => pairs += decisions.Count(decision => decision.SharesWith.Length > 0));
        }

        Assert.True(pairs > 60, $"{pairs}");
    }

    private static (Allocation Allocation, string SharesWith, string Reason) Text(JobDecision decision) =>
        (decision.Allocation, decision.SharesWith, decision.Reason);

    private static ISchedulingPolicy Policy(bool isPipeline) =>
        isPipeline ? PolicyPipeline.Create("default") : new ColocationPolicy(new GovernedPolicy(new MixedTypePolicy()));

    private static void Play(int seed, bool isPipeline, Action<IReadOnlyList<JobSnapshot>, IReadOnlyList<JobDecision>> check, bool knowsPairs = true)
    {
        var random = new Random(seed);
        var policy = Policy(isPipeline);
        var jobs = ImmutableArray<JobSnapshot>.Empty;
        for (var round = 0; round < Rounds; round++)
        {
            for (var more = random.Next(round == 0 ? 14 : 4); more > 0; more--)
            {
                jobs = jobs.Add(Draw(random, string.Create(CultureInfo.InvariantCulture, $"{round}-{more}"), knowsPairs));
            }

            var decisions = policy.Decide(Cluster, jobs, 1_000);
            check(jobs, decisions);
            jobs =
            [
                .. jobs.Select((job, i) => job with
                {
                    Allocation = decisions[i].Allocation,
                    SharesWith = decisions[i].SharesWith,
                    RunSeconds = job.RunSeconds + (decisions[i].Allocation.IsEmpty ? 0 : 100),
                    WorkDone = job.WorkDone + (decisions[i].Allocation.IsEmpty ? 0 : random.Next(20_000)),
                    IsPreemptible = job.IsPreemptible && random.Next(12) > 0,
                }).Where(_ => random.Next(6) > 0),
            ];
        }
    }

    private static JobSnapshot Draw(Random random, string id, bool knowsPairs)
    {
        var (size, seed) = (random.Next(3) == 0 ? 2 : 1, random.Next());
        var job = PairTable.Job(
            id, size, [("fast", 1 + random.Next(4)), ("slow", random.Next(3))],
            knowsPairs && random.Next(8) > 0 ? (other, type) => new Random(HashCode(seed, other, type)).NextDouble() : null);
        return job with { RestartSeconds = 30 * random.Next(3), Priority = random.Next(5) / 4, Tenant = random.Next(5) == 0 ? "other" : "" };
    }

    private static int HashCode(int seed, string other, string type) => (other + type).Aggregate(seed, (sum, letter) => unchecked((sum * 31) + letter));

    private static NodeSnapshot Node(string name, string type, int accelerators) =>
        new() { Name = name, AcceleratorType = type, Accelerators = accelerators };
}
