using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>How much an explanation says, and what it may cost.</summary>
public sealed record ExplanationOptions
{
    /// <summary>Most holders that are listed for one type, 0 to 1,000. Default 8.</summary>
    public int MaxHolders { get; init; } = 8;

    /// <summary>
    /// Most changes of the job that the policy is asked about, 0 to 1,000; each is a decision. Default 16: enough to find the largest
    /// smaller minimum up to 128, the types, the mix, and the priority.
    /// </summary>
    public int MaxQuestions { get; init; } = 16;

    /// <summary>How far the start is looked for; null for none.</summary>
    public ForecastOptions? Forecast { get; init; } = new();

    /// <summary>How the pool holds back accelerators for jobs that wait too long; null where it does not.</summary>
    public ReservationOptions? Reservations { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(MaxHolders is >= 0 and <= 1_000, nameof(MaxHolders), MaxHolders, "0 to 1000");
        problems.Check(MaxQuestions is >= 0 and <= 1_000, nameof(MaxQuestions), MaxQuestions, "0 to 1000");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }

        Forecast?.Validate();
        Reservations?.Validate();
    }
}
