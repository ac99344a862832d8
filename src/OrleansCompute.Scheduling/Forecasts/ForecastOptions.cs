namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>How far a policy is played forward, and at what cost.</summary>
public sealed record ForecastOptions
{
    /// <summary>Longest look ahead, seconds, 1 to 31,536,000 (a year). Default 7 days: beyond, say that it is not soon.</summary>
    public double HorizonSeconds { get; init; } = 7 * 86_400;

    /// <summary>
    /// Most decisions asked of the policy for one course of events, 1 to 100,000. Default 200. Three courses are played: ends at the
    /// quartiles of their forecasts.
    /// </summary>
    public int MaxDecisions { get; init; } = 200;

    /// <summary>
    /// First step between decisions where no job ends, seconds, 1 to 86,400; later steps are longer, by <see cref="StepGrowth"/>, as what
    /// is far off need not be known to the minute. Default 60, a round.
    /// </summary>
    public double FirstStepSeconds { get; init; } = 60;

    /// <summary>How much longer each step is than the last, 1 to 2. Default 1.05: 200 steps of a minute span 13 days.</summary>
    public double StepGrowth { get; init; } = 1.05;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(HorizonSeconds is >= 1 and <= 31_536_000, nameof(HorizonSeconds), HorizonSeconds, "1 to 31536000");
        Check(MaxDecisions is >= 1 and <= 100_000, nameof(MaxDecisions), MaxDecisions, "1 to 100000");
        Check(FirstStepSeconds is >= 1 and <= 86_400, nameof(FirstStepSeconds), FirstStepSeconds, "1 to 86400");
        Check(StepGrowth is >= 1 and <= 2, nameof(StepGrowth), StepGrowth, "1 to 2");
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
