using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>What a round's decisions leave over, and the mixed gangs that can be made of it. Not thread-safe.</summary>
internal sealed class SpareAccelerators
{
    private readonly ClusterSnapshot _cluster;
    private readonly int[] _free;

    public SpareAccelerators(ClusterSnapshot cluster, IReadOnlyList<JobDecision> decisions)
    {
        _cluster = cluster;
        _free = [.. cluster.Nodes.Select(node => node.TakesWork ? node.Accelerators : 0)];
        foreach (var decision in decisions)
        {
            Take(decision.Allocation);
        }
    }

    public bool Has(Allocation allocation) => allocation.Shares.All(share => _free[share.Node] >= share.Accelerators);

    public void Take(Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            _free[share.Node] -= share.Accelerators;
        }
    }

    public void Release(Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            _free[share.Node] += share.Accelerators;
        }
    }

    public string Describe(Allocation allocation) => _cluster.Describe(allocation);

    /// <summary>
    /// Gangs that hold what a job has and more: the fastest types first, with one type more each time, and with the least and the most
    /// accelerators that are wanted.
    /// </summary>
    public IEnumerable<Allocation> Gangs(JobSnapshot job, Allocation has, int least, int most, MixedGangOptions options)
    {
        if (most < least)
        {
            yield break;
        }

        var current = _cluster.TypeOf(has);
        var types = Enumerable.Range(0, _cluster.Types.Length)
            .Select(type => (Type: type, Speed: JobSpeed.OfMember(_cluster, job, type, Math.Max(2, least))))
            .Where(type => type.Speed > 0 && (type.Type == current || (job.Accepts(_cluster.Types[type.Type]) && FreeOf(type.Type) > 0)))
            .OrderByDescending(type => type.Type == current).ThenByDescending(type => type.Speed).ToList();
        if (types.Count == 0)
        {
            yield break;
        }

        var fastest = types.Max(type => type.Speed);
        types = [.. types.Where(type => type.Speed >= options.LeastRelativeSpeed * fastest).Take(options.MaxTypes)];
        for (var count = 1; count <= types.Count; count++)
        {
            var some = types.Take(count).Select(type => type.Type).ToHashSet();
            if (Build(has, some, types, least) is { IsEmpty: false } small)
            {
                yield return small;
                if (Build(has, some, types, Math.Min(most, has.Accelerators + some.Sum(FreeOf))) is { IsEmpty: false } large)
                {
                    yield return large;
                }
            }
        }
    }

    private int FreeOf(int type) => Enumerable.Range(0, _free.Length).Sum(node => _cluster.TypeOf(node) == type ? _free[node] : 0);

    private Allocation Build(Allocation has, HashSet<int> some, List<(int Type, double Speed)> order, int count)
    {
        var shares = has.Shares.ToDictionary(share => share.Node, share => share.Accelerators);
        var left = count - has.Accelerators;
        foreach (var type in order.Select(type => type.Type).Where(some.Contains))
        {
            // Where it is already, then where most is free: few nodes.
            foreach (var node in Enumerable.Range(0, _free.Length).Where(node => _cluster.TypeOf(node) == type && _free[node] > 0)
                .OrderByDescending(shares.ContainsKey).ThenByDescending(node => _free[node]))
            {
                var taken = Math.Min(left, _free[node]);
                if (taken > 0)
                {
                    shares[node] = shares.GetValueOrDefault(node) + taken;
                    left -= taken;
                }
            }
        }

        return left > 0 ? Allocation.None : Allocation.Of([.. shares.OrderBy(share => share.Key).Select(share => new NodeShare(share.Key, share.Value))]);
    }
}
