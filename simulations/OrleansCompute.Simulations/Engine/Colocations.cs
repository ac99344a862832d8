using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Engine;

/// <summary>Keeps jobs that share accelerators together.</summary>
internal static class Colocations
{
    /// <summary>Of two that share, one: whatever is counted or done once for both, is done with it.</summary>
    public static bool IsFirst(SimulatedJob job) => job.Partner is null || string.CompareOrdinal(job.Id, job.Partner.Id) < 0;

    /// <summary>Gives a job, and who was with it, their accelerators to themselves.</summary>
    public static void Part(SimulatedJob job)
    {
        if (job.Partner is { } partner)
        {
            (job.Partner, partner.Partner) = (null, null);
        }
    }

    /// <summary>
    /// Sets who shares with whom. Allocations say how many accelerators of a node a job has, not which: of two that get together, or part, and
    /// both hold there what they held, one goes to others of the same node.
    /// </summary>
    public static PartnerChange[] Apply(IReadOnlyList<SimulatedJob> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var moved = new PartnerChange[jobs.Count];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var changed = new List<int>();
        for (var i = 0; i < jobs.Count; i++)
        {
            if (decisions[i].SharesWith != (jobs[i].Partner?.Id ?? ""))
            {
                changed.Add(i);
                moved[i] = PartnerChange.Partner;
            }
        }

        if (changed.Count == 0)
        {
            return moved;
        }

        for (var i = 0; i < jobs.Count; i++)
        {
            numbers[jobs[i].Id] = i;
        }

        foreach (var i in changed)
        {
            if (jobs[i].Partner is { } former)
            {
                MarkSecond(i, numbers[former.Id]);
            }
        }

        foreach (var i in changed)
        {
            Part(jobs[i]);
        }

        foreach (var i in changed)
        {
            if (decisions[i].SharesWith.Length > 0)
            {
                var other = numbers[decisions[i].SharesWith];
                (jobs[i].Partner, jobs[other].Partner) = (jobs[other], jobs[i]);
                MarkSecond(i, other);
            }
        }

        return moved;

        void MarkSecond(int one, int other)
        {
            if (moved[Math.Min(one, other)] != PartnerChange.Place && Keeps(one) && Keeps(other))
            {
                moved[Math.Max(one, other)] = PartnerChange.Place;
            }
        }

        bool Keeps(int job) => !decisions[job].Allocation.IsEmpty && jobs[job].Allocation.Equals(decisions[job].Allocation);
    }
}
