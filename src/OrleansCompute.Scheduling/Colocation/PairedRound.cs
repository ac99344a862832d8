using System.Globalization;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Colocation;

/// <summary>A round in which a policy sees each pair of jobs as one. For one round; not thread-safe.</summary>
internal sealed class PairedRound(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobPair> pairs, MixedTypeOptions mixed)
{
    private readonly JobPair?[] _pairOf = new JobPair?[jobs.Count];
    private readonly bool[] _leaves = new bool[jobs.Count];

    /// <summary>Asks the policy, and says for each job what came of it.</summary>
    public JobDecision[] Decide(ISchedulingPolicy inner, double nowSeconds)
    {
        foreach (var pair in pairs)
        {
            (_pairOf[pair.Host], _pairOf[pair.Guest]) = (pair, pair);
        }

        Part();

        // A pair stands where the first of its jobs stood: policies may break ties by order.
        var units = Enumerable.Range(0, jobs.Count).Where(job => _pairOf[job] is not { } pair || job == Math.Min(pair.Host, pair.Guest)).ToArray();
        var decided = inner.Decide(cluster, [.. units.Select(job => _pairOf[job] is { } pair ? Merge(pair, nowSeconds) : Alone(job))], nowSeconds);
        var decisions = new JobDecision[jobs.Count];
        for (var i = 0; i < units.Length; i++)
        {
            if (_pairOf[units[i]] is not { } pair)
            {
                decisions[units[i]] = decided[i];
                continue;
            }

            if (StaysWhereItCannotShare(pair, decided[i].Allocation))
            {
                decisions[pair.Host] = decided[i] with { Memo = jobs[pair.Host].Memo };
                decisions[pair.Guest] = new JobDecision(
                    Allocation.None, $"waits to share with job '{jobs[pair.Host].Id}', which may not be moved yet from where both would be too slow", jobs[pair.Guest].Memo);
                continue;
            }

            decisions[pair.Host] = Split(decided[i], pair.Host, pair.Guest);
            decisions[pair.Guest] = Split(decided[i], pair.Guest, pair.Host);
        }

        return decisions;
    }

    // The pair was to move to a type where both are fast enough; rules around the policy within may keep the host where it is.
    private bool StaysWhereItCannotShare(JobPair pair, Allocation decided) =>
        !pair.IsFixed && !pair.IsTogether && cluster.TypeOf(decided) is >= 0 and var type && pair.Values[type] <= 0;

    // Of two that shared and no longer do, one leaves the place: the one that moves anyway, else the one that came second.
    private void Part()
    {
        foreach (var (first, second) in PairFinder.Present(jobs))
        {
            if (_pairOf[first] is null || _pairOf[first] != _pairOf[second])
            {
                _leaves[_pairOf[first] is { } pair && pair.Guest == first ? first : second] = true;
            }
        }
    }

    private JobSnapshot Alone(int job) => _leaves[job] ? jobs[job] with { Allocation = Allocation.None } : jobs[job];

    private JobSnapshot Merge(JobPair pair, double nowSeconds)
    {
        var (host, guest) = (jobs[pair.Host], jobs[pair.Guest]);
        var allocation = _leaves[pair.Host] ? Allocation.None : host.Allocation;
        var merged = host with
        {
            SubmitSeconds = Math.Min(host.SubmitSeconds, guest.SubmitSeconds),
            Types = Both(host, guest),
            CpuCoresPerAccelerator = host.CpuCoresPerAccelerator + guest.CpuCoresPerAccelerator,
            HostMemoryBytesPerAccelerator = host.HostMemoryBytesPerAccelerator + guest.HostMemoryBytesPerAccelerator,
            PreferredNodes = [.. host.PreferredNodes.Union(guest.PreferredNodes)],
            NodesWithData = [.. host.NodesWithData.Union(guest.NodesWithData)],
            Allocation = allocation,
            SharesWith = "",
            Colocation = null,
            AttainedAcceleratorSeconds = host.AttainedAcceleratorSeconds + guest.AttainedAcceleratorSeconds,

            // Above 0, so that it does not matter to its weight, which is taken out below, how many others the policy sees.
            RunSeconds = Math.Max(1, Math.Max(host.RunSeconds, guest.RunSeconds)),
            AllocatedSeconds = pair.IsTogether ? Math.Max(host.AllocatedSeconds, guest.AllocatedSeconds) : host.AllocatedSeconds,
            RestartSeconds = pair.IsTogether ? Math.Max(host.RestartSeconds, guest.RestartSeconds) : host.RestartSeconds,
            MinRunSeconds = pair.IsTogether ? Math.Max(host.MinRunSeconds, guest.MinRunSeconds) : host.MinRunSeconds,

            // What the guest may do matters where it holds the place too; one that waits does not nail the host down.
            IsPreemptible = host.IsPreemptible && (guest.IsPreemptible || !pair.IsTogether),
            KnownRemainingSeconds = null,
            ExpectedRemainingSeconds = null,

            WorkDone = 0,
        };

        // The policy within raises what staying is worth by itself.
        var current = cluster.TypeOf(allocation);
        var values = pair.Values.Select((value, type) => type == current ? value / TypeWorth.Stay(merged, mixed) : value).ToArray();

        // The weights that both have by their service are in the values already; the one that the pair is given is taken out again.
        var weight = values.Max() / TypeWorth.Weight(merged with { Weight = 1 }, 1, mixed, nowSeconds, crowding: 1);
        return merged with { Weight = Math.Max(weight, double.Epsilon), Goodput = new PairWorth(cluster, values, host.RequestedAccelerators) };
    }

    // What both accept; the name of no type where that is none, as no name at all means any.
    private static System.Collections.Immutable.ImmutableArray<string> Both(JobSnapshot host, JobSnapshot guest) =>
        host.Types.IsDefaultOrEmpty ? guest.Types
        : guest.Types.IsDefaultOrEmpty ? host.Types
        : host.Types.Intersect(guest.Types).ToList() is { Count: > 0 } both ? [.. both] : [""];

    private JobDecision Split(JobDecision decision, int job, int other) =>
        SplitReason(decision, job, other) with { Batch = JobBatch.Of(cluster, jobs[job], decision.Allocation), BatchFor = decision.Allocation };

    private JobDecision SplitReason(JobDecision decision, int job, int other)
    {
        var (own, with) = (jobs[job], jobs[other]);
        if (decision.Allocation.IsEmpty)
        {
            return decision with { Reason = $"{decision.Reason} (with job '{with.Id}', as a pair)", Memo = own.Memo };
        }

        // The reason within is that of the job whose place it is.
        var type = cluster.TypeOf(decision.Allocation);
        var what = own.Allocation.Equals(decision.Allocation) ? decision.Reason
            : $"{(own.Allocation.IsEmpty ? "gets" : "moves to")} {decision.Allocation.Accelerators} × {cluster.Types[type]}";
        var speed = own.Colocation!.SpeedBeside(with, cluster.Types[type], own.RequestedAccelerators);
        return decision with
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"{what}, beside job '{with.Id}', at {speed:0.00} of its speed alone"),
            Memo = own.Memo,
            SharesWith = with.Id,
        };
    }

    private sealed class PairWorth(ClusterSnapshot cluster, double[] values, int size) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) =>
            accelerators == size && cluster.Types.IndexOf(acceleratorType) is >= 0 and var type ? values[type] : 0;

        public int MaxTrustedAccelerators(string acceleratorType) => size;
    }
}
