namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>Whether a deadline can be met, decided when a job is submitted.</summary>
/// <param name="IsAdmitted">Whether it can, beside the deadlines that were admitted before.</param>
/// <param name="Accelerators">Smallest number that, kept until the deadline, is enough; 0 where none is.</param>
/// <param name="Type">Accelerator type they are of; null where none is.</param>
/// <param name="LeastSeconds">
/// Least time that the job takes, its start included, on the most that it could get of its fastest type, alone with what cannot be
/// taken from others; infinite where its length is not known or it never fits.
/// </param>
/// <param name="EarliestDeadlineSeconds">Earliest deadline, on the caller's clock, that would be admitted now; infinite where there is none.</param>
/// <param name="Reason">A sentence with numbers; it names no time of day, only durations.</param>
public sealed record DeadlineVerdict(
    bool IsAdmitted, int Accelerators, string? Type, double LeastSeconds, double EarliestDeadlineSeconds, string Reason);
