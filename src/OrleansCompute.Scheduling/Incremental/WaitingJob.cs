namespace OrleansCompute.Scheduling.Incremental;

/// <summary>What the choice for an incremental decision needs to know of a job that waits.</summary>
/// <param name="Job">Its index.</param>
/// <param name="Leaf">Account of its tenant's own jobs.</param>
/// <param name="Priority">Of the job.</param>
/// <param name="Amount">What it starts with, a part of an accelerator as its share.</param>
/// <param name="AcceptsAll">Whether any type will do.</param>
/// <param name="IsPart">Whether it asks for a part of an accelerator.</param>
/// <param name="MayMix">Whether it may have several types at once.</param>
internal readonly record struct WaitingJob(int Job, int Leaf, int Priority, double Amount, bool AcceptsAll, bool IsPart, bool MayMix);
