namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// The parameters of <see cref="GoodputPolicy"/>. All are ratios or multiples of a job's own restart cost, so that they hold for other
/// clusters and other lengths of jobs as well; values were chosen on the flat part of coarse scans over workloads that were generated after
/// the Pollux ones (16 of 160 jobs, 8 to 10 of 320, on 16 nodes of four), where the standard error of a ratio is about 0.5 %.
/// </summary>
public sealed record GoodputPolicyOptions
{
    /// <summary>
    /// Of two jobs with equal index, the one that came first goes first; a lead of the index by this factor turns that round, by degrees
    /// between. 1.01 to 1000. Default 4; 8 makes mean completion 1 % longer.
    /// </summary>
    public double ServiceFactor { get; init; } = 4;

    /// <summary>
    /// Jobs of a power law that are added to those that have finished, when lengths are estimated, so that the first few are not taken for
    /// the rule. Above 0. Default 4: 2 to 8 differ by less than 1 %; 50 is 0.6 % longer, 150 1.3 %, and
    /// 5 % on the Pollux workloads at twice the load, where the last job ends 1 % sooner.
    /// </summary>
    public double PriorJobs { get; init; } = 4;

    /// <summary>
    /// Exponent of that power law, above 0, up to 10: a job that has had service x needs more than y with the chance (x/y)^exponent.
    /// Default 0.5, what lengths in shared clusters look like; 0.3 to 0.8 differ by less than 1 %.
    /// </summary>
    public double PriorExponent { get; init; } = 0.5;

    /// <summary>
    /// For how long a change is expected to last, in restarts of the job, where it has just started. Above 1. Default 2: a change must
    /// double the speed.
    /// </summary>
    public double MinHorizonRestarts { get; init; } = 2;

    /// <summary>
    /// The same for a job that has run for long; at least the minimum. Default 5: a change must bring 5/4 of the speed.
    /// 3 makes mean completion 2 % longer; 4 to 6 are within 1.2 %.
    /// </summary>
    public double MaxHorizonRestarts { get; init; } = 5;

    /// <summary>By what part of its run time the horizon of a job grows from the minimum to the maximum. 0 to 1. Default 0.3.</summary>
    public double HorizonGrowth { get; init; } = 0.3;

    /// <summary>
    /// Least speed that a further accelerator must add, as a part of what the first one gives. 0 to 1. Default 0: all that helps is used.
    /// 0.1 saves 3 to 5 % of the accelerator-hours (energy, cost), and makes jobs 1.5 to 3.3 % later.
    /// </summary>
    public double MinMarginalEfficiency { get; init; }

    /// <summary>
    /// By what part of the time for which a job has held what it holds its horizon grows beyond the maximum, 0 to 1: what has stayed for
    /// long will stay for long, and small gains are worth a restart there. Default 0.1; 0 for never makes mean completion 1.3 % longer.
    /// </summary>
    public double StayGrowth { get; init; } = 0.1;

    /// <summary>Where that growth ends, in restarts of the job, above 1. Default 15: a change must bring 15/14 of the speed; 10 to 20 differ by 0.3 %.</summary>
    public double MaxStayRestarts { get; init; } = 15;

    /// <summary>
    /// How much the order of the jobs counts beside the sum of their speeds, 0 to 1: 1 is for the least mean completion, 0 for the most
    /// speed in all, whoever has it, so that the last job ends soonest. Default 0.45: on workloads generated for this, 0.4 to 0.6 are within
    /// 2 % in the mean, which is best at 0.6, and within 1.3 % in the end of the last job, which is soonest at 0.4.
    /// </summary>
    public double OrderExponent { get; init; } = 0.45;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(ServiceFactor is >= 1.01 and <= 1000, nameof(ServiceFactor), ServiceFactor, "1.01 to 1000");
        Check(PriorJobs is > 0 and < double.PositiveInfinity, nameof(PriorJobs), PriorJobs, "above 0");
        Check(PriorExponent is > 0 and <= 10, nameof(PriorExponent), PriorExponent, "above 0 to 10");
        Check(MinHorizonRestarts is > 1 and < double.PositiveInfinity, nameof(MinHorizonRestarts), MinHorizonRestarts, "above 1");
        Check(MaxHorizonRestarts >= MinHorizonRestarts, nameof(MaxHorizonRestarts), MaxHorizonRestarts, $"{MinHorizonRestarts} or more");
        Check(HorizonGrowth is >= 0 and <= 1, nameof(HorizonGrowth), HorizonGrowth, "0 to 1");
        Check(StayGrowth is >= 0 and <= 1, nameof(StayGrowth), StayGrowth, "0 to 1");
        Check(MaxStayRestarts is > 1 and < double.PositiveInfinity, nameof(MaxStayRestarts), MaxStayRestarts, "above 1");
        Check(OrderExponent is >= 0 and <= 1, nameof(OrderExponent), OrderExponent, "0 to 1");
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
