using OrleansCompute.Training.Accelerators;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>A worker in this process: its trainer runs on an accelerator's executor, under that executor's compute share. Thread-safe.</summary>
/// <param name="trainer">Used by nobody else.</param>
/// <param name="executor">May serve other workers too; the caller disposes of it.</param>
public sealed class AcceleratorShardChannel(ShardTrainer trainer, AcceleratorExecutor executor) : IShardChannel
{
    /// <inheritdoc/>
    public async Task<ShardStepResult> StepAsync(ShardStepCommand command, Action<GradientBucket> receive, CancellationToken cancellationToken)
    {
        var result = await executor.RunAsync(() => trainer.Execute(command, receive, cancellationToken), cancellationToken);
        return result with { ComputeShare = executor.ComputeShare };
    }

    /// <inheritdoc/>
    public Task<ShardState> ExportAsync(CancellationToken cancellationToken) => executor.RunAsync(trainer.Export, cancellationToken);

    /// <inheritdoc/>
    public Task ImportAsync(ShardState state, CancellationToken cancellationToken) =>
        executor.RunAsync(
            () =>
            {
                trainer.Import(state);
                return true;
            },
            cancellationToken);
}
