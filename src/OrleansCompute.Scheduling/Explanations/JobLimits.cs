using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Finds which limits a waiting job meets, by counting; nothing is asked of the policy.</summary>
internal sealed class JobLimits
{
    private readonly RoundFacts _facts;
    private readonly bool _isElastic;
    private readonly TenantUse _use;
    private readonly ReservationPlan? _reservations;
    private readonly BudgetPolicy? _budgets;

    public JobLimits(RoundFacts facts, ReservationPlan? reservations)
    {
        _facts = facts;
        _isElastic = facts.Round.Policy.IsElastic;
        _use = new TenantUse(facts.Round);
        _reservations = reservations;
        _budgets = BudgetPolicy.Within(facts.Round.Policy);
    }

    /// <summary>Accelerators that a job starts with.</summary>
    public int Needed(JobSnapshot job) => _isElastic ? job.MinAccelerators : job.RequestedAccelerators;

    public ImmutableArray<BindingLimit> Of(int index, ImmutableArray<TypeSupply> supply)
    {
        var job = _facts.Round.Jobs[index];
        var limits = ImmutableArray.CreateBuilder<BindingLimit>();
        var needed = job.Fraction?.ComputeShare ?? Needed(job);
        var accepted = supply.Where(type => type.IsAccepted && type.Ready + type.NotReady > 0).ToList();
        if (accepted.Count == 0)
        {
            limits.Add(new BindingLimit(LimitKind.TypeNotAccepted, needed, 0, 0));
            return limits.ToImmutable();
        }

        if (job.Budget <= 0)
        {
            limits.Add(new BindingLimit(LimitKind.Budget, 0, -job.Budget.Value, 0));
        }
        else if (job.Budget is { } budget && _budgets?.TooLittle(_facts.Round.Cluster, job, budget) is { } little)
        {
            limits.Add(new BindingLimit(LimitKind.Budget, little.Cost, 0, budget, Detail: little.Text));
        }

        var (ready, all) = job.MayMixTypes
            ? (accepted.Sum(type => type.Ready), accepted.Sum(type => type.Ready + type.NotReady))
            : (accepted.Max(type => type.Ready), accepted.Max(type => type.Ready + type.NotReady));
        var whole = job.Fraction is null ? Needed(job) : 1;
        if (ready < whole)
        {
            limits.Add(new BindingLimit(all < whole ? LimitKind.NeverFits : LimitKind.Draining, whole, ready, all));
        }

        limits.AddRange(_use.Limits(job, needed, accepted.Select(type => type.Type)));
        if (ready >= whole)
        {
            AddSupply(job, accepted, needed, limits);
        }

        AddReservation(job, index, needed, limits);
        limits.AddRange(_use.FairShares(job, needed));
        return limits.ToImmutable();
    }

    private void AddSupply(JobSnapshot job, List<TypeSupply> accepted, double needed, ImmutableArray<BindingLimit>.Builder limits)
    {
        if (job.Fraction is { } fraction)
        {
            foreach (var type in accepted.Where(type => type.Free == 0 && _facts.LargestPart[IndexOf(type)] < fraction.ComputeShare - 1e-9))
            {
                limits.Add(new BindingLimit(LimitKind.Capacity, needed, type.Ready - _facts.LargestPart[IndexOf(type)], type.Ready, type.Type));
            }

            return;
        }

        // What one accepted type lacks does not bind where another has enough.
        var found = new List<BindingLimit>();
        var (isOpen, together) = (false, 0);
        foreach (var type in accepted)
        {
            var usable = _facts.FreeWithHost(job, IndexOf(type));
            together += usable;
            if (type.Free < needed)
            {
                found.Add(new BindingLimit(LimitKind.Capacity, needed, type.Ready - type.Free, type.Ready, type.Type));
            }
            else if (usable < needed)
            {
                found.Add(new BindingLimit(LimitKind.HostResources, needed, type.Free, usable, type.Type));
            }
            else if (type.LargestFree < needed && MustBeTogether(job, type))
            {
                found.Add(new BindingLimit(LimitKind.Fragmentation, needed, type.Free, type.LargestFree, type.Type));
            }
            else
            {
                isOpen = true;
            }
        }

        if (!isOpen && !(job.MayMixTypes && together >= needed))
        {
            limits.AddRange(found);
        }
    }

    private void AddReservation(JobSnapshot job, int index, double needed, ImmutableArray<BindingLimit>.Builder limits)
    {
        foreach (var reservation in _reservations?.Reservations ?? [])
        {
            var type = _facts.Round.Cluster.Types[reservation.Type];
            if (reservation.Allocation.IsEmpty && reservation.Job != index && job.Accepts(type))
            {
                limits.Add(new BindingLimit(
                    LimitKind.Reservation, needed, reservation.Needed, reservation.Available, type, _facts.Round.Jobs[reservation.Job].Tenant, reservation.JobId));
            }
        }
    }

    // Where its model says that it does not run over so many nodes as what is free is on.
    private bool MustBeTogether(JobSnapshot job, TypeSupply type)
    {
        var nodes = 0;
        var left = Needed(job);
        foreach (var free in Enumerable.Range(0, _facts.FreeOnNode.Length).Where(node => _facts.Round.Cluster.TypeOf(node) == IndexOf(type))
            .Select(node => _facts.FreeOnNode[node]).OrderDescending().TakeWhile(_ => left > 0))
        {
            (left, nodes) = (left - free, nodes + 1);
        }

        return job.Goodput is { } model && nodes > 1 && model.Goodput(type.Type, nodes, Needed(job)) <= 0;
    }

    private int IndexOf(TypeSupply type) => _facts.Round.Cluster.Types.IndexOf(type.Type);
}
