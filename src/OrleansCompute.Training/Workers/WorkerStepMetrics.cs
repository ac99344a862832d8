namespace OrleansCompute.Training.Workers;

/// <summary>One worker's part in one step.</summary>
/// <param name="Name">The worker.</param>
/// <param name="Samples">Samples that it computed, those taken over from lost workers included.</param>
/// <param name="ShareFraction">Its part of the global batch, 0 to 1.</param>
/// <param name="SamplesPerSecond">The coordinator's current estimate of its speed.</param>
/// <param name="BusyTime">Time in which its accelerator worked on the step.</param>
public readonly record struct WorkerStepMetrics(string Name, int Samples, double ShareFraction, double SamplesPerSecond, TimeSpan BusyTime);
