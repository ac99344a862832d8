namespace OrleansCompute.Scheduling.Speed;

/// <summary>An accelerator that a job trains on.</summary>
/// <param name="AcceleratorType">Type, as the cluster names it.</param>
/// <param name="Share">Its part of each batch, above 0 to 1.</param>
public readonly record struct BatchWorker(string AcceleratorType, double Share);
