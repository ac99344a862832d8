using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Mixing;

/// <summary>What a gang is worth on each type, to <see cref="MixedTypePolicy"/>.</summary>
internal static class TypeWorth
{
    // Where lengths are known: below this, jobs are alike.
    private const double ShortSeconds = 600;

    // How much less of its wait counts for a job that never ran, by how many times more is asked for than there is. That a crowd waits says
    // nothing about one of it, and turning to those who wait longest keeps all unfinished: 1,000 jobs at once take 4 % less than by youth
    // alone with 3, 3 % less with 2, 8 % more where the wait counts in full. Where few wait, it is a gang that does not get on.
    private const double CrowdPower = 3;

    /// <summary>
    /// Worth by type: its speed as a share of its best, times the weight that what it has had (or, where it is known, what it needs yet)
    /// leaves it, and how slow it was until now, give it; more on the type where it need not move.
    /// </summary>
    /// <param name="cluster">The types.</param>
    /// <param name="job">The job.</param>
    /// <param name="options">How jobs are weighed.</param>
    /// <param name="stayType">Number of the type where it need not move; -1 where there is none.</param>
    /// <param name="nowSeconds">When, on the clock of submissions.</param>
    /// <param name="crowding">What <see cref="Crowding"/> says of the round.</param>
    public static double[] Of(ClusterSnapshot cluster, JobSnapshot job, MixedTypeOptions options, int stayType, double nowSeconds, double crowding)
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

        var weight = Weight(job, best, options, nowSeconds, crowding);
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
    /// <param name="crowding">What <see cref="Crowding"/> says of the round.</param>
    public static double Weight(JobSnapshot job, double best, MixedTypeOptions options, double nowSeconds, double crowding)
    {
        if (job.KnownRemainingSeconds is { } left)
        {
            return job.Weight * ShortSeconds / (left + ShortSeconds);
        }

        var service = job.WorkDone is { } done ? done / best : job.RunSeconds;
        var youth = options.HalfWeightSeconds / (service + options.HalfWeightSeconds);
        var hasRun = job.RunSeconds > 0 || !job.Allocation.IsEmpty;
        var since = (nowSeconds - job.SubmitSeconds) / (hasRun ? 1 : Math.Pow(crowding, CrowdPower));
        var slowness = (Math.Max(service, since) + options.SlownessSeconds) / (service + options.SlownessSeconds);
        return job.Weight * (options.LeastWeight + ((1 - options.LeastWeight) * youth)) * Math.Pow(slowness, options.SlownessExponent);
    }

    /// <summary>How many times more accelerators all jobs of a round ask for than there are; 1 where there are enough.</summary>
    public static double Crowding(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs) =>
        Math.Max(1, jobs.Sum(job => (double)job.RequestedAccelerators) / Math.Max(1, cluster.Accelerators));

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
