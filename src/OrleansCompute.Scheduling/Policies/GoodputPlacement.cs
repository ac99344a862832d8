using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>Puts what <see cref="GoodputPolicy"/> chose onto nodes: what stays, stays; the rest by size, together where it can be.</summary>
internal static class GoodputPlacement
{
    public static JobDecision[] Place(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobMenu[] menus, double[] behind)
    {
        var decisions = new JobDecision[jobs.Count];
        var free = new FreeAccelerators(cluster);
        var changed = new List<int>();
        for (var job = 0; job < menus.Length; job++)
        {
            if (menus[job].Chosen is { IsCurrent: true })
            {
                free.Take(jobs[job].Allocation, jobs[job]);
                decisions[job] = new JobDecision(jobs[job].Allocation, $"keeps {cluster.Describe(jobs[job].Allocation)}");
            }
            else if (menus[job].Chosen is not null)
            {
                changed.Add(job);
            }
        }

        var allocations = new Allocation[jobs.Count];
        foreach (var job in changed.OrderByDescending(job => menus[job].Accelerators))
        {
            allocations[job] = PlaceOne(cluster, jobs[job], menus[job], free);
        }

        foreach (var job in changed.OrderByDescending(job => menus[job].Weight))
        {
            allocations[job] = Grow(cluster, jobs[job], menus[job], free, allocations[job]);
            decisions[job] = allocations[job].IsEmpty
                ? new JobDecision(Allocation.None, "waits: what is free is on too many nodes")
                : new JobDecision(
                    allocations[job],
                    $"gets {cluster.Describe(allocations[job])}, {Worth(Speed(cluster, menus[job], allocations[job]), menus[job], allocations[job])}; about {behind[job]:0} of {jobs.Count - 1} other jobs come after it");
        }

        for (var job = 0; job < menus.Length; job++)
        {
            decisions[job] ??= new JobDecision(Allocation.None, WhyWaiting(cluster, jobs[job], free, behind[job], jobs.Count));
        }

        return decisions;
    }

    // Small gangs that fit no node are cut to what fits one, where that is faster than being spread.
    private static Allocation PlaceOne(ClusterSnapshot cluster, JobSnapshot job, JobMenu menu, FreeAccelerators free)
    {
        var (type, count) = (menu.Chosen!.Value.Type, menu.Accelerators);
        var allocation = free.TakeSpread(type, count, menu.Chosen!.Value.Nodes, job);
        if (allocation.Nodes > 1 && count <= cluster.LargestNodePerType[type])
        {
            var largest = allocation.Shares.Max(share => share.Accelerators);
            if (largest >= menu.MinAccelerators && menu.Relative(type, 1, largest) >= menu.Relative(type, allocation.Nodes, count))
            {
                free.Release(allocation, job);
                allocation = free.TakeConsolidated(type, largest, job);
            }
        }

        return allocation;
    }

    // What placement left over goes to those who restart anyway.
    private static Allocation Grow(ClusterSnapshot cluster, JobSnapshot job, JobMenu menu, FreeAccelerators free, Allocation allocation)
    {
        while (!allocation.IsEmpty)
        {
            var type = cluster.TypeOf(allocation);
            var count = menu.Larger(type, allocation.Accelerators);
            if (count == 0 || count - allocation.Accelerators > free.OfType(type))
            {
                return allocation;
            }

            free.Release(allocation, job);
            var larger = free.TakeSpread(type, count, menu.BestNodes(type, count), job);
            var gain = larger.IsEmpty ? 0 : menu.Relative(type, larger.Nodes, count) - Speed(cluster, menu, allocation);
            if (larger.IsEmpty || gain <= menu.LeastGain * (count - allocation.Accelerators))
            {
                free.Release(larger, job);
                free.Take(allocation, job);
                return allocation;
            }

            allocation = larger;
        }

        return allocation;
    }

    // Less than one is no reason for a number: then it is the least that the job takes, or it is on slower accelerators than the best.
    private static string Worth(double speed, JobMenu menu, Allocation allocation) =>
        speed < 0.95 && allocation.Accelerators <= menu.MinAccelerators && allocation.Accelerators > 1 ? "the fewest that it runs with"
            : $"{speed:0.0} times as fast as one{(speed < 0.95 ? " of its fastest type" : "")}";

    private static double Speed(ClusterSnapshot cluster, JobMenu menu, Allocation allocation) =>
        menu.Relative(cluster.TypeOf(allocation), allocation.Nodes, allocation.Accelerators);

    private static string WhyWaiting(ClusterSnapshot cluster, JobSnapshot job, FreeAccelerators free, double behind, int jobs)
    {
        var accepted = Enumerable.Range(0, cluster.Types.Length).Where(type => job.Accepts(cluster.Types[type])).ToList();
        return accepted.Count == 0
            ? $"accepts only {string.Join(", ", job.Types)}; the cluster has {string.Join(", ", cluster.Types)}"
            : $"needs {job.MinAccelerators}; free: {string.Join(", ", accepted.Select(type => $"{free.OfType(type)} of {cluster.AcceleratorsPerType[type]} × {cluster.Types[type]}"))}; about {jobs - 1 - behind:0} jobs come before it";
    }
}
