namespace OrleansCompute.Simulations.Pollux;

/// <summary>A line of a Pollux or Sia workload.</summary>
/// <param name="Name">Name of the job.</param>
/// <param name="SubmitSeconds">When it is submitted.</param>
/// <param name="Application">Its application.</param>
/// <param name="Accelerators">What its owner asked for.</param>
/// <param name="Batch">Batch of all its accelerators, as its owner tuned it.</param>
/// <param name="Category">Sia: what may be adapted.</param>
public sealed record WorkloadJob(
    string Name, double SubmitSeconds, string Application, int Accelerators, int Batch, JobCategory Category);
