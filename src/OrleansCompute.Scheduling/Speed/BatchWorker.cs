namespace OrleansCompute.Scheduling.Speed;

/// <summary>An accelerator that a job trains on, or several alike.</summary>
/// <param name="AcceleratorType">Type, as the cluster names it.</param>
/// <param name="Share">The part of each batch that one of them has, above 0 to 1.</param>
/// <param name="Count">How many, 1 or more.</param>
public readonly record struct BatchWorker(string AcceleratorType, double Share, int Count = 1);
