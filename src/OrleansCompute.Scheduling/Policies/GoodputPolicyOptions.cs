namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// The parameters of <see cref="GoodputPolicy"/>. All are ratios or multiples of a job's own restart cost, so that they hold for other
/// clusters and other lengths of jobs as well; values were chosen on the flat part of a coarse scan, not at its best point.
/// </summary>
public sealed record GoodputPolicyOptions
{
    /// <summary>
    /// Of two jobs with equal service, the one that came first goes first; a lead of service by this factor turns that round, by degrees
    /// between. 1.01 to 1000. Default 16: from 4 to 16 the mean completion time on the Pollux workloads changes by 1 %; near 1, long jobs
    /// share equally, which makes all of them late (Tiresias, NSDI 2019, section 3.2), and change places whenever their services cross.
    /// </summary>
    public double ServiceFactor { get; init; } = 16;

    /// <summary>
    /// Service that a job is credited with before it starts, accelerator-seconds, above 0: what is less counts as the same. Default 600,
    /// ten rounds of a minute.
    /// </summary>
    public double NewJobAcceleratorSeconds { get; init; } = 600;

    /// <summary>
    /// Jobs that are expected to come while a job runs, which leave it less than what is free once those ahead of it are done. 0 to
    /// 1000. Default 2: 0 to 3 differ by 1 %.
    /// </summary>
    public double ExpectedArrivals { get; init; } = 2;

    /// <summary>
    /// For how long a change is expected to last, in restarts of the job, where it has just started. Above 1. Default 2: a change must
    /// double the speed.
    /// </summary>
    public double MinHorizonRestarts { get; init; } = 2;

    /// <summary>
    /// The same for a job that has run for long; at least the minimum. Default 4: a change must bring 4/3 of the speed. 3 to 5 are within
    /// 2 %; with 10, jobs spend a tenth of their time restarting, and mean completion time grows by 15 %.
    /// </summary>
    public double MaxHorizonRestarts { get; init; } = 4;

    /// <summary>By what part of its run time the horizon of a job grows from the minimum to the maximum. 0 to 1. Default 0.3.</summary>
    public double HorizonGrowth { get; init; } = 0.3;

    /// <summary>
    /// Least speed that a further accelerator must add, as a part of what the first one gives. 0 to 1. Default 0: all that helps is used.
    /// 0.1 saves 5 % of the accelerator-hours (energy, cost), and makes jobs 4 % later.
    /// </summary>
    public double MinMarginalEfficiency { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(ServiceFactor is >= 1.01 and <= 1000, nameof(ServiceFactor), ServiceFactor, "1.01 to 1000");
        Check(NewJobAcceleratorSeconds is > 0 and < double.PositiveInfinity, nameof(NewJobAcceleratorSeconds), NewJobAcceleratorSeconds, "above 0");
        Check(ExpectedArrivals is >= 0 and <= 1000, nameof(ExpectedArrivals), ExpectedArrivals, "0 to 1000");
        Check(MinHorizonRestarts is > 1 and < double.PositiveInfinity, nameof(MinHorizonRestarts), MinHorizonRestarts, "above 1");
        Check(MaxHorizonRestarts >= MinHorizonRestarts, nameof(MaxHorizonRestarts), MaxHorizonRestarts, $"{MinHorizonRestarts} or more");
        Check(HorizonGrowth is >= 0 and <= 1, nameof(HorizonGrowth), HorizonGrowth, "0 to 1");
        Check(MinMarginalEfficiency is >= 0 and <= 1, nameof(MinMarginalEfficiency), MinMarginalEfficiency, "0 to 1");
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        void Check(bool isRight, string name, double value, string allowed)
        {
            if (!isRight)
            {
                problems.Add($"{name} is {value}; allowed {allowed}.");
            }
        }
    }
}
