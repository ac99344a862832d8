using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tests.Governance;
using OrleansCompute.Scheduling.Tests.Speed;

namespace OrleansCompute.Scheduling.Tests.Objectives;

/// <summary>Whatever is around a policy: the batch of a decision is that of its allocation.</summary>
public sealed class BatchPolicyTests
{
    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Names))]
    public void Decide_WithAllPartsOfThePipeline_HasTheBatchForWhatEachJobGets(string name) => Play(() => PolicyPipeline.Create(
        name, new PipelineOptions { Reservations = new ReservationOptions { StarvationSeconds = 120, HoldSeconds = 120 }, Cost = new CostOptions() }));

    [Theory, MemberData(nameof(Names))]
    public void Decide_UnderTheRulesForTenantsAlone_HasTheBatchForWhatEachJobGets(string name) => Play(() => SchedulingPolicies.Create(name));

    private static void Play(Func<ISchedulingPolicy> make)
    {
        var (chosen, larger) = (0, 0);
        for (var seed = 0; seed < 25; seed++)
        {
            var pool = new RandomPool(seed);
            var policy = new Shaped(make());
            for (var round = 0; round < 8; round++)
            {
                pool.Round(policy, decisions => Check(policy.Shown, decisions));
                var shown = Shaped.Show(pool.Jobs);
                if (shown.Length > 0)
                {
                    // Some of them, as when a job came between two rounds.
                    Check(shown, IncrementalRound.Decide(
                        policy.Inner, pool.Cluster, shown, [shown.Length - 1], pool.Now, new IncrementalOptions { Waiting = 2, Running = 1 }));
                }

                void Check(JobSnapshot[] jobs, IReadOnlyList<JobDecision?> decisions)
                {
                    for (var job = 0; job < jobs.Length; job++)
                    {
                        if (decisions[job] is { } decision)
                        {
                            Assert.Equal(Expected(pool.Cluster, jobs[job], decision.Allocation), decision.Batch);
                            chosen += decision.Batch is null ? 0 : 1;
                            larger += decision.Batch > 32 ? 1 : 0;
                        }
                    }
                }
            }
        }

        Assert.True(larger > 20 && chosen > 20, $"{chosen} chosen, {larger} of them above the initial one");
    }

    // By a model of its own, so that nothing that was remembered on the way can be what is compared.
    private static int? Expected(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation) => job.Batches is null || allocation.IsEmpty ? null
        : cluster.TypeOf(allocation) < 0 ? JobBatch.Of(cluster, job with { Goodput = Shaped.Model(job) }, allocation)
        : Math.Clamp(
            Shaped.Model(job).FirstPlan(cluster.Types[cluster.TypeOf(allocation)], allocation.Nodes, allocation.Accelerators).Batch(allocation.Accelerators),
            job.Batches.InitialBatch, job.Batches.MaxBatch);

    // Two of three jobs may choose their batch, by their names, so that a job may in every round.
    private sealed class Shaped(ISchedulingPolicy inner) : ISchedulingPolicy
    {
        public ISchedulingPolicy Inner => inner;

        public JobSnapshot[] Shown { get; private set; } = [];

        public string Name => inner.Name;

        public bool IsElastic => inner.IsElastic;

        public static JobSnapshot[] Show(IReadOnlyList<JobSnapshot> jobs) =>
            [.. jobs.Select(job => Number(job) % 3 == 0 ? job : job with { Batches = Limits, Goodput = Model(job), MayMixTypes = Number(job) % 2 == 0 && job.Fraction is null })];

        public static AdaptiveGoodput Model(JobSnapshot job) => (AdaptiveGoodput)JobBatchTests.Adaptive(job.Id, new GradientNoise(1, Number(job) % 7 * 5)).Goodput!;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds) =>
            inner.Decide(cluster, Shown = Show(jobs), nowSeconds);

        private static BatchLimits Limits { get; } = JobBatchTests.Adaptive("j", default).Batches!;

        private static int Number(JobSnapshot job) => int.Parse(job.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
    }
}
