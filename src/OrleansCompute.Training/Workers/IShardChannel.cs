using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// The way to one worker of a data-parallel job, wherever it runs. Calls are not overlapped. They return promptly with a task; a failed task means that the
/// worker is lost and is not called again.
/// </summary>
public interface IShardChannel
{
    /// <summary>Applies the update that the command carries, then computes the gradient of its samples.</summary>
    /// <param name="command">The worker's part of the step.</param>
    /// <param name="receive">
    /// Takes the buckets of the gradient where the command asks for them: each once, one call at a time, all before the task completes. Returns at once.
    /// </param>
    /// <param name="cancellationToken">The coordinator gave up.</param>
    Task<ShardStepResult> StepAsync(ShardStepCommand command, Action<GradientBucket> receive, CancellationToken cancellationToken);

    /// <summary>A copy of the worker's state.</summary>
    /// <param name="cancellationToken">The coordinator gave up.</param>
    Task<ShardState> ExportAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the worker's state.</summary>
    /// <param name="state">State of a worker of the same job; to be copied.</param>
    /// <param name="cancellationToken">The coordinator gave up.</param>
    Task ImportAsync(ShardState state, CancellationToken cancellationToken);
}
