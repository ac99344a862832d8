using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Mixing;

/// <summary>What a gang is worth on each type, to <see cref="MixedTypePolicy"/>.</summary>
internal static class TypeWorth
{
    // Where lengths are known: below this, jobs are alike.
    private const double ShortSeconds = 600;

    /// <summary>
    /// Worth by type: its speed as a share of its best, times the weight that what it has had (or, where it is known, what it needs yet)
    /// leaves it; more on the type where it need not move.
    /// </summary>
    public static double[] Of(ClusterSnapshot cluster, JobSnapshot job, MixedTypeOptions options, int stayType)
    {
        var values = new double[cluster.Types.Length];
        for (var type = 0; type < values.Length; type++)
        {
            values[type] = Speed(cluster, job, type);
        }

        var best = values.DefaultIfEmpty(0).Max();
        if (best <= 0)
        {
            return values;
        }

        var service = job.WorkDone is { } done ? done / best : job.RunSeconds;
        var weight = job.KnownRemainingSeconds is { } left
            ? job.Weight * ShortSeconds / (left + ShortSeconds)
            : job.Weight * options.HalfWeightSeconds / (service + options.HalfWeightSeconds);
        var stay = Stay(job, options);
        for (var type = 0; type < values.Length; type++)
        {
            values[type] *= weight / best * (type == stayType ? stay : 1);
        }

        return values;
    }

    /// <summary>The factor by which the worth of the type where a job need not move is raised.</summary>
    public static double Stay(JobSnapshot job, MixedTypeOptions options) => 1 + options.StayBonus + (job.RestartSeconds / options.MoveHorizonSeconds);

    /// <summary>Speed of a job on its gang of a type, in the unit of its model; 0 where it cannot run there.</summary>
    public static double Speed(ClusterSnapshot cluster, JobSnapshot job, int type)
    {
        if (!job.Accepts(cluster.Types[type]) || cluster.LargestNodePerType[type] == 0)
        {
            return 0;
        }

        var perNode = cluster.LargestNodePerType[type];
        return job.Goodput?.Goodput(cluster.Types[type], (job.RequestedAccelerators + perNode - 1) / perNode, job.RequestedAccelerators) ?? 1;
    }
}
