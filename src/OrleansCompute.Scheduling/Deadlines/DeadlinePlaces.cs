using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>Where planned jobs go in a round: what stays, stays, before anything moves, as far as everybody then finds a place. Pure.</summary>
internal static class DeadlinePlaces
{
    // Each time one job more goes before those that stay; a round with more that are scattered so badly moves them one after another.
    private const int MaxFirst = 8;

    /// <summary>One per planned job that gets, keeps, or has to wait for what was planned for it; none for one without a place, or beyond its tenant's limit.</summary>
    public static IReadOnlyList<(DeadlineShare Share, Allocation Place, bool IsKept)> Find(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, DeadlinePlan plan)
    {
        var (places, failed) = Arrange(cluster, jobs, now, plan, []);

        // Whole accelerators are as good as others; parts that stay where they are may leave no whole one, though there is room for all.
        var first = new List<DeadlineShare>();
        var hasParts = failed is not null && plan.Shares.Any(share => jobs[share.Job].Fraction is not null);
        for (var next = failed; hasParts && next is not null && first.Count < MaxFirst;)
        {
            first.Add(next);
            (var others, next) = Arrange(cluster, jobs, now, plan, first);
            places = next is null ? others : places;
            next = first.Contains(next!) ? null : next;
        }

        return places;
    }

    /// <summary>Whether a job may not be touched, or not yet.</summary>
    public static bool IsFixed(JobSnapshot job, double now) =>
        !job.Allocation.IsEmpty && (!job.IsPreemptible || now - job.AllocatedSeconds < job.MinRunSeconds);

    /// <summary>The first of what a job holds.</summary>
    public static Allocation Part(Allocation allocation, int accelerators)
    {
        if (allocation.Accelerators == accelerators)
        {
            return allocation;
        }

        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        foreach (var share in allocation.Shares.TakeWhile(_ => accelerators > 0))
        {
            var count = Math.Min(accelerators, share.Accelerators);
            shares.Add(share with { Accelerators = count });
            accelerators -= count;
        }

        return Allocation.Of(shares.DrainToImmutable());
    }

    private static (List<(DeadlineShare Share, Allocation Place, bool IsKept)> Places, DeadlineShare? Failed) Arrange(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, DeadlinePlan plan, List<DeadlineShare> first)
    {
        var gangs = new GangPlacer(cluster, displacesParts: true);
        var parts = new PartPlacer(cluster, gangs);
        var room = new TenantRoom(cluster, jobs);
        var places = new List<(DeadlineShare Share, Allocation Place, bool IsKept)>();
        var failed = (DeadlineShare?)null;
        var planned = plan.Planned.ToHashSet();
        for (var job = 0; job < jobs.Count; job++)
        {
            // Whoever may not be touched, or not yet, stays, with a deadline or without.
            var stays = IsFixed(jobs[job], now);
            if (!planned.Contains(job) || stays)
            {
                gangs.Hold(jobs[job], jobs[job].Allocation, stays);
                parts.Hold(jobs[job].Allocation, stays);
            }
            else
            {
                parts.Prefer(jobs[job].Allocation);
            }
        }

        first.ForEach(Move);
        var moving = new List<DeadlineShare>();
        foreach (var share in plan.Shares.Where(share => !IsFixed(jobs[share.Job], now) && !first.Contains(share)))
        {
            var held = jobs[share.Job].Allocation;
            if (held.Accelerators >= share.Now && share.Now > 0 && cluster.TypeOf(held) == share.Type
                && (held.Device is { } part ? parts.HasRoom(jobs[share.Job], part) : gangs.HasRoom(jobs[share.Job], held)))
            {
                Take(share, Part(held, share.Now), isKept: true);
            }
            else
            {
                moving.Add(share);
            }
        }

        moving.ForEach(Move);
        return (places, failed);

        void Move(DeadlineShare share)
        {
            // Beyond a tenant's limit it is a job like any other.
            var job = jobs[share.Job];
            var more = (job.Fraction?.ComputeShare ?? 1) * (share.Now - cluster.CountOf(job.Allocation, share.Type));
            if (!room.Allows(job.Tenant, share.Type, more))
            {
                return;
            }

            room.Charge(job.Tenant, share.Type, more);
            var place = share.Now == 0 ? Allocation.None
                : job.Fraction is null ? gangs.Find(job, share.Type, share.Now)
                : parts.Find(job, share.Type) is { } part ? Allocation.OfDevice(part) : Allocation.None;
            if (!place.IsEmpty)
            {
                Take(share, place, isKept: false);
            }
            else if (share.Now == 0)
            {
                places.Add((share, place, false));
            }
            else if (share.CanMeet)
            {
                failed ??= share;
            }
        }

        void Take(DeadlineShare share, Allocation place, bool isKept)
        {
            places.Add((share, place, isKept));
            if (place.Device is { } part)
            {
                parts.Take(jobs[share.Job], part);
            }
            else
            {
                gangs.Take(jobs[share.Job], place);
            }
        }
    }
}
