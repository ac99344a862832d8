using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Grains.Shards;

/// <summary>A model and what moves its parameters. Not thread-safe.</summary>
/// <param name="Model">The model; disposable.</param>
/// <param name="Optimiser">Made for it.</param>
/// <param name="Average">The average of the parameters, where the job asks for one; part of the optimiser.</param>
internal sealed record TrainedReplica(IGradientModel Model, IOptimiser Optimiser, AveragingOptimiser? Average) : IDisposable
{
    /// <summary>What is evaluated and published: the average if there is one and it has begun, else the parameters.</summary>
    public ReadOnlySpan<float> Published => Average is { StepCount: > 0 } ? Average.Average : Model.Parameters.Span;

    public void Dispose() => (Model as IDisposable)?.Dispose();
}
