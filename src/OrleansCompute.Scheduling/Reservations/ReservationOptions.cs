namespace OrleansCompute.Scheduling.Reservations;

/// <summary>When accelerators are held back for jobs that wait too long.</summary>
public sealed record ReservationOptions
{
    /// <summary>
    /// Seconds that a job waits, since it was submitted or lost its accelerators, before they are held back for it, 1 to 31,536,000.
    /// Default one hour: most queues of the Philly trace are shorter, so the policy's own order counts for most jobs.
    /// </summary>
    public double StarvationSeconds { get; init; } = 3_600;

    /// <summary>
    /// Seconds that a job keeps what it got after such a wait, 0 to 86,400; at least <see cref="HoldRestarts"/> of its restarts. Default
    /// 600. Without it a policy that ranks by service would take them back in the next round.
    /// </summary>
    public double HoldSeconds { get; init; } = 600;

    /// <summary>The same in restarts of the job, 0 to 1,000. Default 10: a tenth of the time at most goes into restarting.</summary>
    public double HoldRestarts { get; init; } = 10;

    /// <summary>
    /// Part of a type's accelerators that jobs after the oldest may have by such starts at a time, 0 to 1. Default 0.25: in a long overload
    /// nearly every job waits too long, and the policy's order shall still count for most of the pool. The oldest is never held up by it.
    /// </summary>
    public double ShareOfType { get; init; } = 0.25;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(StarvationSeconds is >= 1 and <= 31_536_000, nameof(StarvationSeconds), StarvationSeconds, "1 to 31536000");
        Check(HoldSeconds is >= 0 and <= 86_400, nameof(HoldSeconds), HoldSeconds, "0 to 86400");
        Check(HoldRestarts is >= 0 and <= 1_000, nameof(HoldRestarts), HoldRestarts, "0 to 1000");
        Check(ShareOfType is >= 0 and <= 1, nameof(ShareOfType), ShareOfType, "0 to 1");
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
