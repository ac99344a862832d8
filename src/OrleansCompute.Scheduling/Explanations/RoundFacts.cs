using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What can be counted after a round, for all of its jobs: free and held accelerators, and who uses how much.</summary>
internal sealed class RoundFacts
{
    private readonly ImmutableArray<TypeSupply> _supply;

    public RoundFacts(PoolRound round, JobLengths lengths, int maxHolders)
    {
        Round = round;
        var cluster = round.Cluster;
        FreeOnNode = [.. cluster.Nodes.Select(node => node.TakesWork ? node.Accelerators : 0)];
        LargestPart = new double[cluster.Types.Length];
        CoresOnNode = new double[cluster.Nodes.Length];
        BytesOnNode = new long[cluster.Nodes.Length];
        var parts = new Dictionary<(int Node, int Device), double>();
        var holders = new List<AcceleratorHolder>[cluster.Types.Length];
        for (var type = 0; type < holders.Length; type++)
        {
            holders[type] = [];
        }

        for (var job = 0; job < round.Jobs.Length; job++)
        {
            Count(job, holders, parts, lengths);
        }

        var inParts = new double[cluster.Types.Length];
        foreach (var ((node, _), used) in parts)
        {
            if (cluster.Nodes[node].TakesWork)
            {
                inParts[cluster.TypeOf(node)] += Math.Max(0, 1 - used);
                LargestPart[cluster.TypeOf(node)] = Math.Max(LargestPart[cluster.TypeOf(node)], 1 - used);
            }
        }

        _supply = [.. Enumerable.Range(0, cluster.Types.Length).Select(type => Supply(type, holders[type], inParts[type], maxHolders))];
    }

    public PoolRound Round { get; }

    /// <summary>Whole accelerators that no job holds a part of, on nodes that take work.</summary>
    public int[] FreeOnNode { get; }

    /// <summary>Largest free part of an accelerator that is shared, by type.</summary>
    public double[] LargestPart { get; }

    /// <summary>Processor cores in use.</summary>
    public double[] CoresOnNode { get; }

    /// <summary>Memory of the host in use.</summary>
    public long[] BytesOnNode { get; }

    /// <summary>The accelerators of each type, as one job sees them.</summary>
    public ImmutableArray<TypeSupply> SupplyFor(JobSnapshot job) =>
        [.. _supply.Select(supply => supply with { IsAccepted = job.Accepts(supply.Type) })];

    /// <summary>Whole accelerators of a type that the job could have, processor cores and memory of the hosts counted.</summary>
    public int FreeWithHost(JobSnapshot job, int type)
    {
        if (job.CpuCoresPerAccelerator == 0 && job.HostMemoryBytesPerAccelerator == 0)
        {
            return _supply[type].Free;
        }

        var sum = 0L;
        for (var node = 0; node < FreeOnNode.Length; node++)
        {
            var about = Round.Cluster.Nodes[node];
            if (FreeOnNode[node] > 0 && Round.Cluster.TypeOf(node) == type)
            {
                var cores = job.CpuCoresPerAccelerator > 0 && about.CpuCores > 0
                    ? Math.Floor(((about.CpuCores - CoresOnNode[node]) / job.CpuCoresPerAccelerator) + 1e-9) : double.PositiveInfinity;
                var bytes = job.HostMemoryBytesPerAccelerator > 0 && about.HostMemoryBytes > 0
                    ? (about.HostMemoryBytes - BytesOnNode[node]) / job.HostMemoryBytesPerAccelerator : long.MaxValue;
                sum += (long)Math.Max(0, Math.Min(FreeOnNode[node], Math.Min(cores, bytes)));
            }
        }

        return (int)sum;
    }

    private void Count(int index, List<AcceleratorHolder>[] holders, Dictionary<(int Node, int Device), double> parts, JobLengths lengths)
    {
        var (job, to, cluster) = (Round.Jobs[index], Round.Decisions[index].Allocation, Round.Cluster);
        if (to.IsEmpty)
        {
            return;
        }

        foreach (var share in to.Shares)
        {
            var amount = to.Device?.ComputeShare ?? share.Accelerators;
            CoresOnNode[share.Node] += amount * job.CpuCoresPerAccelerator;
            BytesOnNode[share.Node] += (long)(amount * job.HostMemoryBytesPerAccelerator);
            if (to.Device is { } part)
            {
                var isFirst = !parts.ContainsKey((part.Node, part.Device));
                parts[(part.Node, part.Device)] = parts.GetValueOrDefault((part.Node, part.Device)) + part.ComputeShare;
                FreeOnNode[share.Node] -= isFirst && cluster.Nodes[share.Node].TakesWork ? 1 : 0;
            }
            else if (cluster.Nodes[share.Node].TakesWork)
            {
                FreeOnNode[share.Node] -= share.Accelerators;
            }
        }

        var until = Until(job, to, lengths.Remaining(job));
        for (var type = 0; type < holders.Length; type++)
        {
            if (cluster.CountOf(to, type) is var count and > 0)
            {
                holders[type].Add(new AcceleratorHolder(job.Tenant, job.Id, to.Device?.ComputeShare ?? count, until));
            }
        }
    }

    // What it still takes is known for what it held, or requested: with what it holds now that is more or less.
    private SecondsForecast Until(JobSnapshot job, Allocation to, SecondsForecast remaining)
    {
        var restart = to.Equals(job.Allocation) ? 0 : job.RestartSeconds;
        var before = job.Allocation.IsEmpty ? JobSpeed.Requested(Round.Cluster, job) : JobSpeed.Of(Round.Cluster, job, job.Allocation);
        var after = JobSpeed.Of(Round.Cluster, job, to);
        return remaining.Times(after > 0 && before > 0 ? before / after : 1).Plus(Round.NowSeconds + restart);
    }

    private TypeSupply Supply(int type, List<AcceleratorHolder> holders, double inParts, int maxHolders)
    {
        var (ready, away, free, largest) = (0, 0, 0, 0);
        for (var node = 0; node < FreeOnNode.Length; node++)
        {
            if (Round.Cluster.TypeOf(node) == type)
            {
                ready += Round.Cluster.Nodes[node].TakesWork ? Round.Cluster.Nodes[node].Accelerators : 0;
                away += Round.Cluster.Nodes[node].TakesWork ? 0 : Round.Cluster.Nodes[node].Accelerators;
                free += FreeOnNode[node];
                largest = Math.Max(largest, FreeOnNode[node]);
            }
        }

        var listed = holders.OrderBy(holder => holder.Until.LikelySeconds).ThenByDescending(holder => holder.Accelerators)
            .ThenBy(holder => holder.JobId, StringComparer.Ordinal).ToList();
        return new TypeSupply(
            Round.Cluster.Types[type], true, ready, away, free, largest, [.. listed.Take(maxHolders)],
            listed.Skip(maxHolders).Sum(holder => holder.Accelerators), inParts);
    }
}
