using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Simulations.Engine;

/// <summary>Takes notes of a run, and sums them up.</summary>
internal sealed class SimulationRecorder(ClusterSnapshot whole)
{
    // A job is treated unfairly where it takes this much longer than on an equal share (the threshold of Themis' and Sia's authors).
    private const double UnfairRatio = 1.05;
    private readonly List<double> _decisionMs = [];
    private readonly List<RoundSample> _samples = [];
    private readonly List<RoundRecord> _rounds = [];
    private readonly int[] _used = new int[whole.Nodes.Length];
    private ImmutableArray<AllocationChange>.Builder _changes = ImmutableArray.CreateBuilder<AllocationChange>();

    private readonly UsageMeter? _meter = whole.Nodes.Any(node => node.PricePerAcceleratorHour > 0 || node.WattsPerAccelerator > 0) ? new UsageMeter() : null;

    public bool RecordsRounds { get; set; }

    public void Use(SimulatedJob job, double seconds) => _meter?.Add(whole, job.Id, job.Allocation, seconds);

    public void Change(ClusterSnapshot cluster, SimulatedJob job, JobDecision decision)
    {
        if (RecordsRounds)
        {
            var placement = string.Join(' ', decision.Allocation.Shares.Select(share => $"{cluster.Nodes[share.Node].Name}:{share.Accelerators}"));
            _changes.Add(new AllocationChange(
                job.Id, job.Allocation.Accelerators, decision.Allocation.Accelerators, placement, decision.Reason, decision.Batch));
        }
    }

    public void Decision(ClusterSnapshot cluster, IReadOnlyList<SimulatedJob> jobs, double now, TimeSpan took, bool isRound)
    {
        _decisionMs.Add(took.TotalMilliseconds);
        Array.Clear(_used);
        var (held, running, demand) = (0, 0, 0L);
        foreach (var job in jobs)
        {
            held += Colocations.IsFirst(job) ? job.Allocation.Accelerators : 0;
            running += job.Allocation.IsEmpty ? 0 : 1;
            demand += job.RequestedAccelerators;
            foreach (var share in job.Allocation.Shares)
            {
                _used[share.Node] += Colocations.IsFirst(job) ? share.Accelerators : 0;
            }
        }

        var fragmented = 0;
        for (var node = 0; running < jobs.Count && node < _used.Length; node++)
        {
            if (cluster.Nodes[node].IsReady && _used[node] > 0)
            {
                fragmented += cluster.Nodes[node].Accelerators - _used[node];
            }
        }

        // Rounds only: samples that are equally far apart.
        if (isRound)
        {
            _samples.Add(new RoundSample(now, cluster.Accelerators, held, fragmented, demand, running, jobs.Count - running));
        }

        if (RecordsRounds && _changes.Count > 0)
        {
            _rounds.Add(new RoundRecord(now, held, cluster.Accelerators, running, jobs.Count - running, _changes.DrainToImmutable()));
            _changes = ImmutableArray.CreateBuilder<AllocationChange>();
        }
    }

    public SimulationResult Finish(IReadOnlyList<SimulatedJob> jobs, double nowSeconds, double roundSeconds, double wallSeconds)
    {
        var done = jobs.Where(job => job.IsFinished).ToList();
        var outcomes = done.Select(job => Outcome(job, roundSeconds)).ToImmutableArray();
        var makespan = done.Count == 0 ? double.NaN : done.Max(job => job.CompletionSeconds);

        // Jobs that are not done used accelerators until the end, however early the last of the others was done.
        var simulated = done.Count == jobs.Count && done.Count > 0 ? makespan : nowSeconds;
        var supply = Math.Max(1e-9, whole.Accelerators * simulated);
        var saturated = _samples.Where(sample => sample.Demand >= sample.Ready && sample.Ready > 0).ToList();
        return new SimulationResult
        {
            Jobs = done.Count,
            UnfinishedJobs = jobs.Count - done.Count,
            AvgJctSeconds = Mean(outcomes.Select(job => job.JctSeconds)),
            MedianJctSeconds = Statistics.Quantile(outcomes.Select(job => job.JctSeconds), 0.5),
            P99JctSeconds = Statistics.Quantile(outcomes.Select(job => job.JctSeconds), 0.99),
            MakespanSeconds = makespan,
            SimulatedSeconds = simulated,
            AvgWaitSeconds = Mean(outcomes.Select(job => job.StartSeconds - job.SubmitSeconds)),
            Utilisation = jobs.Sum(job => job.ComputingAcceleratorSeconds) / supply,
            SaturatedUtilisation = Mean(saturated.Select(sample => sample.Held / (double)sample.Ready)),
            GoodputFraction = outcomes.IsEmpty ? double.NaN : outcomes.Sum(job => job.AloneAcceleratorSeconds) / Math.Max(1e-9, outcomes.Sum(job => job.AttainedAcceleratorSeconds)),
            WorstFtf = outcomes.IsEmpty ? double.NaN : outcomes.Max(job => job.FinishTimeRatio),
            UnfairFraction = Mean(outcomes.Select(job => job.FinishTimeRatio > UnfairRatio ? 1.0 : 0.0)),
            GpuHoursPerJob = Mean(outcomes.Select(job => job.AttainedAcceleratorSeconds / 3600)),
            Cost = _meter?.Cost,
            EnergyKilowattHours = _meter?.KilowattHours,
            FailuresPerJob = Mean(outcomes.Select(job => (double)job.Failures)),
            Deadlines = jobs.Count(job => job.DeadlineSeconds is not null),
            DeadlinesRefused = jobs.Count(job => job.IsDeadlineRefused),
            DeadlinesMet = outcomes.Count(job => !job.IsDeadlineRefused && job.CompletionSeconds <= job.DeadlineSeconds),
            RestartsPerJob = Mean(outcomes.Select(job => (double)job.Restarts)),
            AllocationFraction = jobs.Sum(job => job.AttainedAcceleratorSeconds) / supply,
            FragmentedFraction = Mean(_samples.Select(sample => sample.Fragmented / (double)Math.Max(1, sample.Ready))),
            DecisionMsP99 = Statistics.Quantile(_decisionMs, 0.99),
            WallSeconds = wallSeconds,
            Outcomes = outcomes,
            Samples = [.. _samples],
            Rounds = [.. _rounds],
        };
    }

    private JobOutcome Outcome(SimulatedJob job, double roundSeconds)
    {
        var contention = job.RoundsInSystem == 0 ? 1 : job.ContentionSum / job.RoundsInSystem;
        var share = whole.Accelerators / contention;
        var alone = job.AloneSeconds(whole, Math.Max(1, (int)share)) / Math.Min(1, share);
        return new JobOutcome(
            job.Id, job.SubmitSeconds, job.StartSeconds, job.CompletionSeconds, job.AttainedAcceleratorSeconds, job.Restarts,
            (job.CompletionSeconds - job.SubmitSeconds) / Math.Max(alone, roundSeconds))
        {
            RunSeconds = job.RunSeconds,
            Failures = job.Failures,
            DeadlineSeconds = job.DeadlineSeconds,
            IsDeadlineRefused = job.IsDeadlineRefused,
            RequestedAccelerators = job.RequestedAccelerators,
            AloneAcceleratorSeconds = job.AloneSeconds(whole, 1) - job.RestartSeconds,
        };
    }

    private static double Mean(IEnumerable<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            sum += value;
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
