using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Puts jobs that start onto the nodes of their type on which work is cheapest. How many each gets of which type stays as it was decided;
/// a place on more nodes or racks, or on accelerators slower than the tolerance, is no bargain. Not thread-safe.
/// </summary>
internal sealed class CheapPlacement
{
    // Prices differ by kind of machine, not by machine: of more, some are looked at.
    private const int MaxPrices = 16;
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly CostOptions _options;
    private readonly double[] _costs;

    public CheapPlacement(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, CostOptions options)
    {
        (_cluster, _jobs, _options) = (cluster, jobs, options);
        _costs = [.. cluster.Nodes.Select(node => options.CostOf(node) / node.ScoreGflops)];
    }

    public IReadOnlyList<JobDecision> Place(IReadOnlyList<JobDecision> decided)
    {
        var decisions = decided;
        for (var type = 0; type < _cluster.Types.Length; type++)
        {
            var prices = Enumerable.Range(0, _costs.Length).Where(node => _cluster.TypeOf(node) == type && _cluster.Nodes[node].TakesWork)
                .Select(node => _costs[node]).Distinct().Order().ToList();
            decisions = prices.Count < 2 ? decisions : Place(decisions, type, prices);
        }

        return decisions;
    }

    // All of a type or none of them: what one gives up another may already have.
    private IReadOnlyList<JobDecision> Place(IReadOnlyList<JobDecision> decisions, int type, List<double> prices)
    {
        var open = Enumerable.Range(0, _jobs.Count).Where(job => IsOpen(_jobs[job], decisions[job].Allocation, type))
            .OrderByDescending(job => decisions[job].Allocation.Accelerators).ToList();
        if (open.Count == 0)
        {
            return decisions;
        }

        var isOpen = open.ToHashSet();
        var placer = new GangPlacer(_cluster);
        for (var job = 0; job < _jobs.Count; job++)
        {
            if (!isOpen.Contains(job))
            {
                placer.Hold(_jobs[job], decisions[job].Allocation, isFixed: true);
            }
        }

        var step = (prices.Count + MaxPrices - 1) / MaxPrices;
        var result = decisions.ToArray();
        foreach (var job in open)
        {
            var wanted = decisions[job].Allocation;
            var slowest = (1 - _options.SpeedTolerance) * wanted.Shares.Min(share => _cluster.Nodes[share.Node].ScoreGflops);
            var place = Enumerable.Range(1, (prices.Count + step - 1) / step).Select(level => prices[Math.Min(prices.Count, level * step) - 1])
                .Select(most => placer.Find(
                    _jobs[job], type, wanted.Accelerators, mayDisplace: false, node => _costs[node] <= most && _cluster.Nodes[node].ScoreGflops >= slowest))
                .FirstOrDefault(found => !found.IsEmpty && !placer.IsWider(found, wanted), Allocation.None);
            if (place.IsEmpty && !placer.HasRoom(_jobs[job], wanted))
            {
                return decisions;
            }

            result[job] = place.IsEmpty ? decisions[job] : decisions[job] with { Allocation = place };
            placer.Take(_jobs[job], result[job].Allocation);
        }

        // The largest choose first, which is cheapest nearly always.
        return open.Sum(job => Cost(result[job].Allocation)) < open.Sum(job => Cost(decisions[job].Allocation)) ? result : decisions;
    }

    private double Cost(Allocation allocation) => allocation.Shares.Sum(share => share.Accelerators * _costs[share.Node]);

    // Who runs already would pay for a move with a restart; who wants to be near something is where it wants to be.
    private bool IsOpen(JobSnapshot job, Allocation allocation, int type) =>
        allocation is { IsEmpty: false, Device: null } && _cluster.TypeOf(allocation) == type
        && job.PreferredNodes.IsDefaultOrEmpty && job.AffinityGroup.Length == 0
        && !allocation.Shares.Any(share => job.Allocation.Shares.Any(held => held.Node == share.Node));
}
