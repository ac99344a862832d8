namespace OrleansCompute.Training.Workers;

/// <summary>A worker as the coordinator knows it.</summary>
/// <param name="Name">Names it in metrics and errors; unique within the job.</param>
/// <param name="Channel">The way to it.</param>
/// <param name="SamplesPerSecond">First estimate of its speed, only relative to the other workers'; null if nothing is known. Replaced by measurements.</param>
public sealed record ShardWorker(string Name, IShardChannel Channel, double? SamplesPerSecond = null);
