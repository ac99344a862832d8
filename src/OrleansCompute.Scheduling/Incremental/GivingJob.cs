namespace OrleansCompute.Scheduling.Incremental;

/// <summary>What the choice for an incremental decision needs to know of a job that runs and may give.</summary>
/// <param name="Job">Its index.</param>
/// <param name="Priority">Of the job.</param>
/// <param name="Spare">Accelerators above its least number.</param>
internal readonly record struct GivingJob(int Job, int Priority, int Spare);
