using System.Collections.Immutable;
using OrleansCompute.Scheduling.Fractions;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// A round with what does not depend on the policy settled: times set right, impossible jobs refused, and what may not be touched taken
/// out. Not thread-safe.
/// </summary>
internal sealed class GovernedRound
{
    private readonly HashSet<string> _ids;

    /// <summary>Settles a round.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Jobs as the caller knows them.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">Rules.</param>
    /// <param name="isElastic">Whether the policy gives less than is requested.</param>
    public GovernedRound(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, GovernanceOptions options, bool isElastic)
    {
        Now = now;
        Options = options;
        Cluster = WithReclaimed(cluster, now, options);
        IsPlain = ReferenceEquals(cluster, Cluster) && cluster.Tenants.IsFlat;
        var settled = new JobSnapshot[jobs.Count];
        Decisions = new JobDecision?[jobs.Count];
        LeftOnNode = new int[cluster.Nodes.Length];
        CoresLeft = new double[LeftOnNode.Length];
        BytesLeft = new double[LeftOnNode.Length];
        for (var i = 0; i < LeftOnNode.Length; i++)
        {
            var node = Cluster.Nodes[i];
            IsPlain &= !node.IsDraining;
            (LeftOnNode[i], CoresLeft[i], BytesLeft[i]) = (node.Accelerators, node.CpuCores, node.HostMemoryBytes);
        }

        var limits = new RequestCheck.RequestLimits(Cluster);
        _ids = new HashSet<string>(jobs.Count, StringComparer.Ordinal);
        var holders = jobs.Where(job => !job.Allocation.IsEmpty).Select(job => job.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < settled.Length; i++)
        {
            // A clock that went back makes no job younger than nothing.
            var job = jobs[i];
            settled[i] = Settle(job);
            IsPlain &= ReferenceEquals(settled[i], job);
            var isCopy = holders.Contains(job.Id) && job.Allocation.IsEmpty;
            var refusal = isCopy || !_ids.Add(job.Id) ? $"Id is '{job.Id}', as another job's is; names must differ." : limits.Refusal(job, isElastic);
            if (refusal is not null)
            {
                Decisions[i] = new JobDecision(Allocation.None, refusal) { IsRefused = true };
                IsPlain = false;
            }
        }

        Jobs = settled;
        var isFractional = Array.Exists(settled, job => job.Fraction is not null || job.Allocation.Device is not null);
        IsPlain &= !isFractional;
        HasParts = isFractional;
    }

    /// <summary>The time.</summary>
    public double Now { get; }

    /// <summary>Rules.</summary>
    public GovernanceOptions Options { get; }

    /// <summary>Nodes about to be reclaimed count as draining.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>All jobs.</summary>
    public IReadOnlyList<JobSnapshot> Jobs { get; }

    /// <summary>What is decided; null where it is open.</summary>
    public JobDecision?[] Decisions { get; }

    /// <summary>Accelerators of each node that no pinned job holds.</summary>
    public int[] LeftOnNode { get; }

    /// <summary>Cores of each node that no pinned job holds, where they are limited.</summary>
    public double[] CoresLeft { get; }

    /// <summary>Host memory of each node that no pinned job holds, where it is limited.</summary>
    public double[] BytesLeft { get; }

    /// <summary>Affinity groups with decided members, by node.</summary>
    public Dictionary<int, ImmutableArray<string>> Groups { get; } = [];

    /// <summary>What is left of the nodes.</summary>
    public ClusterSlice Rest() => ClusterSlice.Rest(Cluster, LeftOnNode, CoresLeft, BytesLeft, Groups);

    /// <summary>Notes where a member of a group is.</summary>
    public void NoteGroup(int job, Allocation allocation)
    {
        if (Jobs[job].AffinityGroup.Length > 0)
        {
            foreach (var share in allocation.Shares)
            {
                var known = Groups.GetValueOrDefault(share.Node, Cluster.Nodes[share.Node].OccupiedGroups);
                Groups[share.Node] = known.Contains(Jobs[job].AffinityGroup) ? known : known.Add(Jobs[job].AffinityGroup);
            }
        }
    }

    /// <summary>Jobs that have just started, and are not stopped for their equals; null for none.</summary>
    public bool[]? Settling { get; init; }

    /// <summary>Whether any job wants or holds a part of an accelerator.</summary>
    public bool HasParts { get; }

    /// <summary>Whether there is nothing to govern, so that the policy may see all as it is.</summary>
    public bool IsPlain { get; private set; }

    private JobSnapshot Settle(JobSnapshot job)
    {
        if (job.SubmitSeconds > Now || job.AllocatedSeconds > Now)
        {
            job = job with { SubmitSeconds = Math.Min(job.SubmitSeconds, Now), AllocatedSeconds = Math.Min(job.AllocatedSeconds, Now) };
        }

        // What it holds is of no use to it: a node that is not there any more, a part where it wants whole ones, or the reverse.
        if (!job.Allocation.IsEmpty && (job.Allocation.Device is not null != job.Fraction is not null
            || job.Allocation.Shares.Any(share => share.Node < 0 || share.Node >= Cluster.Nodes.Length)))
        {
            job = job with { Allocation = Allocation.None };
        }

        return job.Tenant is null || job.AffinityGroup is null
            ? job with { Tenant = job.Tenant ?? "", AffinityGroup = job.AffinityGroup ?? "" } : job;
    }

    /// <summary>Indices of the jobs that are not decided yet.</summary>
    public List<int> Open() => [.. Enumerable.Range(0, Decisions.Length).Where(job => Decisions[job] is null)];

    /// <summary>Whether all nodes of what a job holds are there.</summary>
    public bool IsRunning(int job) => IsThere(Cluster, Jobs[job].Allocation);

    /// <summary>Whether all nodes of an allocation are there.</summary>
    public static bool IsThere(ClusterSnapshot cluster, Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            if (share.Node >= cluster.Nodes.Length || !cluster.Nodes[share.Node].IsReady)
            {
                return false;
            }
        }

        return !allocation.IsEmpty;
    }

    /// <summary>Lets jobs that may not be touched keep what they hold.</summary>
    /// <param name="also">Further jobs that may not be touched in this round; null for none.</param>
    /// <param name="devices">Where parts are noted.</param>
    public List<int> Pin(bool[]? also, SharedDevices? devices)
    {
        var pinned = new List<int>();
        for (var job = 0; job < Jobs.Count; job++)
        {
            if (Decisions[job] is null && IsRunning(job) && WhyPinned(job, also) is { } reason && TryTake(job, devices))
            {
                Decisions[job] = new JobDecision(Jobs[job].Allocation, $"keeps {Cluster.Describe(Jobs[job].Allocation)}: {reason}", Jobs[job].Memo);
                pinned.Add(job);
                NoteGroup(job, Jobs[job].Allocation);
            }
        }

        IsPlain &= pinned.Count == 0;
        return pinned;
    }

    /// <summary>Takes accelerators off a node.</summary>
    public void TakeFrom(int node, int accelerators, double cores, double bytes)
    {
        LeftOnNode[node] -= accelerators;
        CoresLeft[node] -= cores;
        BytesLeft[node] -= bytes;
    }

    private bool TryTake(int job, SharedDevices? devices)
    {
        var held = Jobs[job].Allocation;
        var opens = true;
        if (held.Device is { } part && (devices is null || !devices.MayKeep(part, out opens)))
        {
            return false;
        }

        foreach (var share in held.Shares)
        {
            if (LeftOnNode[share.Node] < share.Accelerators && opens)
            {
                return false;
            }
        }

        foreach (var share in held.Shares)
        {
            var amount = held.Device?.ComputeShare ?? share.Accelerators;
            TakeFrom(
                share.Node, opens ? share.Accelerators : 0, amount * Jobs[job].CpuCoresPerAccelerator,
                amount * Jobs[job].HostMemoryBytesPerAccelerator);
        }

        if (held.Device is { } kept)
        {
            devices!.Put(job, kept);
        }

        return true;
    }

    private string? WhyPinned(int job, bool[]? also)
    {
        var snapshot = Jobs[job];
        var ran = Now - snapshot.AllocatedSeconds;
        var least = Math.Max(Options.MinRunSeconds, snapshot.MinRunSeconds);
        var spacing = 3600 / Options.MaxRestartsPerHour;
        return !snapshot.IsPreemptible ? "it may not be preempted"
            : ran < least ? $"it runs at least {least:0} s before it may be moved, and has run {ran:0} s"
            : ran < spacing ? $"it may be restarted {Options.MaxRestartsPerHour:0} times an hour, the next time in {spacing - ran:0} s"
            : Settling?[job] == true ? $"it has run {ran:0} s, and for {Options.SettleRestarts * snapshot.RestartSeconds:0} s it is not stopped for others of no higher priority"
            : also?[job] == true ? $"one round may disturb {Options.MaxDisruptedFraction:0.##} of what runs, and others are disturbed before it"
            : null;
    }

    private static ClusterSnapshot WithReclaimed(ClusterSnapshot cluster, double now, GovernanceOptions options)
    {
        var nodes = cluster.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (!nodes[i].IsDraining && nodes[i].ReclaimSeconds is { } reclaim && reclaim - now <= options.ReclaimNoticeSeconds)
            {
                nodes = nodes.SetItem(i, nodes[i] with { IsDraining = true });
            }
        }

        return nodes == cluster.Nodes ? cluster : new ClusterSnapshot(nodes, cluster.Tenants, cluster.History);
    }
}
