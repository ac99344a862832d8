using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Mixing;

/// <summary>What a gang is worth on each type, to <see cref="MixedTypePolicy"/>.</summary>
internal static class TypeWorth
{
    // Where lengths are known: below this, jobs are alike.
    private const double ShortSeconds = 600;

    /// <summary>
    /// Worth by type: its speed as a share of its best, times the weight that what it has had (or, where it is known, what it needs yet)
    /// leaves it, and how slow it was until now, give it; more on the type where it need not move.
    /// </summary>
    /// <param name="cluster">The types.</param>
    /// <param name="job">The job.</param>
    /// <param name="options">How jobs are weighed.</param>
    /// <param name="stayType">Number of the type where it need not move; -1 where there is none.</param>
    /// <param name="nowSeconds">When, on the clock of submissions.</param>
    public static double[] Of(ClusterSnapshot cluster, JobSnapshot job, MixedTypeOptions options, int stayType, double nowSeconds)
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

        var weight = Weight(job, best, options, nowSeconds);
        var stay = Stay(job, options);
        for (var type = 0; type < values.Length; type++)
        {
            values[type] *= weight / best * (type == stayType ? stay : 1);
        }

        return values;
    }

    /// <summary>
    /// What a job's progress is worth, for a share of its best speed of one. The chance to see it finish soon falls with the service it has
    /// had; an hour of progress saves it the more time the slower it is.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="best">Its speed on its best type, above 0, in the unit of its model.</param>
    /// <param name="options">How jobs are weighed.</param>
    /// <param name="nowSeconds">When, on the clock of submissions.</param>
    public static double Weight(JobSnapshot job, double best, MixedTypeOptions options, double nowSeconds)
    {
        if (job.KnownRemainingSeconds is { } left)
        {
            return job.Weight * ShortSeconds / (left + ShortSeconds);
        }

        var service = job.WorkDone is { } done ? done / best : job.RunSeconds;
        var youth = options.HalfWeightSeconds / (service + options.HalfWeightSeconds);
        var slowness = (Math.Max(service, nowSeconds - job.SubmitSeconds) + options.SlownessSeconds) / (service + options.SlownessSeconds);
        return job.Weight * (options.LeastWeight + ((1 - options.LeastWeight) * youth)) * Math.Pow(slowness, options.SlownessExponent);
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
