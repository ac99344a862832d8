using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Explanations;

namespace OrleansCompute.Grains.Pools;

/// <summary>What-if questions and answers, from the wire to the policy's terms and back.</summary>
internal static class WhatIfMapper
{
    // Of each kind of change. A round per question that is bounded otherwise; more would be a plan and no question.
    private const int MaxChanges = 100;

    /// <exception cref="FabricRefusedException">It has too many changes.</exception>
    public static void Check(WhatIfQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        Require(nameof(question.AddNodes), Of(question.AddNodes).Length);
        Require(nameof(question.Drain), Of(question.Drain).Length);
        Require(nameof(question.Jobs), Of(question.Jobs).Length);
        Require(nameof(question.Quotas), Of(question.Quotas).Length);

        static void Require(string name, int count)
        {
            if (count > MaxChanges)
            {
                throw new FabricRefusedException($"{name} has {count} changes; allowed: up to {MaxChanges}. Ask in several questions.");
            }
        }
    }

    public static PoolChange ToChange(WhatIfQuestion question, PoolLayout layout) => new()
    {
        Nodes = [.. Of(question.AddNodes).Select(nodes => new NodesChange(nodes.Kind, nodes.Count, nodes.AcceleratorsPerNode))],
        Drained = [.. Of(question.Drain).SelectMany(layout.NamesOf)],
        Jobs =
        [
            .. Of(question.Jobs).Select(job => new Scheduling.Explanations.JobChange
            {
                JobId = PoolQuestion.IdOf(job.Tenant, job.Job),
                MinAccelerators = job.MinAccelerators,
                MaxAccelerators = job.MaxAccelerators,
                Priority = job.Priority,
                HasNoBudget = job.NoBudget,
            }),
        ],
        Quotas =
        [
            .. Of(question.Quotas).Select(quota => quota.Kind is { } kind
                ? new QuotaChange { Tenant = quota.Tenant, Type = kind, MaxOfType = quota.MaxAccelerators }
                : new QuotaChange { Tenant = quota.Tenant, MaxAccelerators = quota.MaxAccelerators }),
        ],
    };

    public static WhatIfReport ToReport(WhatIfAnswer answer) => new()
    {
        Effects =
        [
            .. Effects("starts", answer.Starts), .. Effects("stops", answer.Stops), .. Effects("grows", answer.Grows),
            .. Effects("shrinks", answer.Shrinks), .. Effects("moves", answer.Moves), .. Effects("waits", answer.Waits),
        ],
        Unchanged = answer.Unchanged,
        HeldBefore = answer.HeldBefore,
        HeldAfter = answer.HeldAfter,
    };

    private static IEnumerable<WhatIfEffect> Effects(string effect, ImmutableArray<JobDifference> jobs) => jobs.Select(job => new WhatIfEffect
    {
        Job = job.JobId,
        Effect = effect,
        Before = job.BeforeText,
        After = job.AfterText,
        StartBefore = PoolQuestion.ToTime(job.StartBefore?.LikelySeconds),
        StartAfter = PoolQuestion.ToTime(job.StartAfter?.LikelySeconds),
        Reason = job.Reason,
        BatchBefore = job.BatchBefore,
        BatchAfter = job.BatchAfter,
    });

    private static ImmutableArray<T> Of<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}
