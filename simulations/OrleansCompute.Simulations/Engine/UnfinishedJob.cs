namespace OrleansCompute.Simulations.Engine;

/// <summary>A job that was not done when a run ended.</summary>
/// <param name="Id">Name.</param>
/// <param name="SubmitSeconds">When it was, or was to be, submitted.</param>
/// <param name="Accelerators">What it held at the end; 0 where it waited.</param>
/// <param name="Reason">What kept it: the policy's last reason, or that it was to be submitted after the end.</param>
public sealed record UnfinishedJob(string Id, double SubmitSeconds, int Accelerators, string Reason);
