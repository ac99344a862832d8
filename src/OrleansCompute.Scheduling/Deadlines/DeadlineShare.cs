namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>What a job with a deadline needs to make it.</summary>
/// <param name="Job">Its index in the round.</param>
/// <param name="CanMeet">Whether the plan has enough for it.</param>
/// <param name="Type">Index of the accelerator type it is planned on; -1 where it cannot meet its deadline.</param>
/// <param name="Accelerators">The smallest number that, kept until the deadline, is enough.</param>
/// <param name="Now">How many of them it gets now; less, even 0, where jobs with earlier deadlines leave no more until they end.</param>
public sealed record DeadlineShare(int Job, bool CanMeet, int Type, int Accelerators, int Now);
