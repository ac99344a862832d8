using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>Jobs that have just got what they hold, and would be stopped although nobody who goes before them needs it.</summary>
internal static class Settling
{
    private const double Tolerance = 1e-9;

    /// <summary>Adds the jobs that are not stopped in another try to those of tries before; null where there are none to add.</summary>
    /// <remarks>
    /// A job may be stopped for a higher priority, and where tenants have shares for another tenant: shares have a quantum of their own, and
    /// guarantees do not wait. Who is stopped because its nodes go is not held, nor who holds more than a tenant may, together with what stays.
    /// </remarks>
    public static bool[]? Add(
        bool[]? before, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, double restarts, double now)
    {
        var (gained, highest, tenant, isOneTenant) = (false, int.MinValue, "", true);
        for (var job = 0; job < jobs.Count; job++)
        {
            if (decisions[job].Allocation.Amount > jobs[job].Allocation.Amount + Tolerance)
            {
                (isOneTenant, tenant) = (isOneTenant && (!gained || tenant == jobs[job].Tenant), jobs[job].Tenant);
                (gained, highest) = (true, Math.Max(highest, jobs[job].Priority));
            }
        }

        if (!gained)
        {
            return null;
        }

        var stopped = new List<int>();
        for (var job = 0; job < jobs.Count; job++)
        {
            var held = jobs[job].Allocation;
            if (!held.IsEmpty && decisions[job].Allocation.IsEmpty && !decisions[job].IsRefused && before?[job] != true && highest <= jobs[job].Priority
                && (cluster.Tenants.IsFlat || (isOneTenant && tenant == jobs[job].Tenant))
                && now - jobs[job].AllocatedSeconds < restarts * jobs[job].RestartSeconds && held.Shares.All(share => cluster.Nodes[share.Node].TakesWork))
            {
                stopped.Add(job);
            }
        }

        if (stopped.Count > 0 && !cluster.Tenants.IsFlat)
        {
            // The most urgent first, should not all of them go together with what stays.
            var ledger = Staying(before, cluster, jobs, decisions);
            stopped = [.. stopped.OrderByDescending(job => jobs[job].Priority).Where(job => TryCharge(ledger, cluster, job, jobs[job]))];
        }

        if (stopped.Count == 0)
        {
            return null;
        }

        bool[] kept = before is null ? new bool[jobs.Count] : [.. before];
        stopped.ForEach(job => kept[job] = true);
        return kept;
    }

    // What jobs hold and go on holding. What one gains is not counted: it is what makes room for who is kept.
    private static TenantLedger Staying(bool[]? before, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var ledger = new TenantLedger(cluster, jobs, 0);
        for (var job = 0; job < jobs.Count; job++)
        {
            var (held, decided) = (jobs[job].Allocation, decisions[job].Allocation);
            Charge(ledger, cluster, job, jobs[job], before?[job] == true || held.Amount <= decided.Amount + Tolerance ? held : decided, 1);
        }

        return ledger;
    }

    private static bool TryCharge(TenantLedger ledger, ClusterSnapshot cluster, int job, JobSnapshot about)
    {
        // With all of it charged, nothing more is asked: whether what is there is too much.
        Charge(ledger, cluster, job, about, about.Allocation, 1);
        var fits = about.Allocation.Shares.All(share => ledger.Blocked(ledger.LeafOf(job), cluster.TypeOf(share.Node), 0) is null);
        if (!fits)
        {
            Charge(ledger, cluster, job, about, about.Allocation, -1);
        }

        return fits;
    }

    private static void Charge(TenantLedger ledger, ClusterSnapshot cluster, int job, JobSnapshot about, Allocation allocation, int sign)
    {
        foreach (var share in allocation.Shares)
        {
            ledger.Charge(ledger.LeafOf(job), cluster.TypeOf(share.Node), sign * (allocation.Device?.ComputeShare ?? share.Accelerators), about);
        }
    }
}
