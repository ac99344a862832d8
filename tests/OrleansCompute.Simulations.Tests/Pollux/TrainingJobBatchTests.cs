using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Simulations.Tests.Pollux;

public sealed class TrainingJobBatchTests
{
    [Theory, InlineData(ThroughputKnowledge.Measured), InlineData(ThroughputKnowledge.PerJob), InlineData(ThroughputKnowledge.PerApplication)]
    public void Apply_OfWhatWasDecided_BeginsWithTheBatchOfTheDecision(ThroughputKnowledge knowledge)
    {
        using var files = new PolluxFiles();
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux, knowledge);
        var spy = new Spy(setup.Policy, setup.Jobs);
        var result = new ClusterSimulator(setup.Cluster, setup.Jobs, spy, new SimulationOptions(), TimeProvider.System) { RecordsRounds = true }.Run();

        var traced = result.Rounds.SelectMany(round => round.Changes).ToList();
        Assert.All(traced, change => Assert.Equal(change.After > 0, change.Batch is not null));
        Assert.Equal(spy.Decided, traced.Where(change => change.After > 0).Select(change => (change.Job, change.Batch!.Value)));
        Assert.True(spy.Decided.Select(decided => decided.Batch).Distinct().Count() > 3);
    }

    [Fact]
    public void Run_WhenAPolicyForgetsTheBatch_SaysSo()
    {
        using var files = new PolluxFiles();
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux);

        var error = Assert.Throws<InvalidOperationException>(
            () => new ClusterSimulator(setup.Cluster, setup.Jobs, new Forgetful(setup.Policy), new SimulationOptions(), TimeProvider.System).Run());

        Assert.Contains("is given no batch; allowed are 32 to", error.Message, StringComparison.Ordinal);
    }

    // The engine does the same right after it, with the same answer.
    private sealed class Spy(ISchedulingPolicy inner, IReadOnlyList<SimulatedJob> runs) : ISchedulingPolicy
    {
        public List<(string Job, int Batch)> Decided { get; } = [];

        public string Name => inner.Name;

        public bool IsElastic => inner.IsElastic;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            var decisions = inner.Decide(cluster, jobs, nowSeconds);
            foreach (var (job, decision) in jobs.Zip(decisions).Where(pair => !pair.Second.Allocation.IsEmpty && !pair.Second.Allocation.Equals(pair.First.Allocation)))
            {
                var run = (TrainingJob)runs.Single(run => run.Id == job.Id);
                run.Apply(cluster, decision.Allocation);

                // Where a batch cannot be cut into equal passes, less than a pass more.
                var begins = run.Plan.Batch(decision.Allocation.Accelerators);
                Assert.InRange(begins, decision.Batch!.Value, decision.Batch.Value + (decision.Allocation.Accelerators * (run.Plan.AccumulationSteps + 1)) - 1);
                Decided.Add((job.Id, decision.Batch.Value));
            }

            return decisions;
        }
    }

    private sealed class Forgetful(ISchedulingPolicy inner) : ISchedulingPolicy
    {
        public string Name => inner.Name;

        public bool IsElastic => inner.IsElastic;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds) =>
            [.. inner.Decide(cluster, jobs, nowSeconds).Select(decision => decision with { Batch = null })];
    }
}
