namespace OrleansCompute.Training.Checkpoints;

/// <summary>Where a training run leaves its checkpoints.</summary>
public interface ICheckpointStore
{
    /// <summary>Stores a checkpoint; once this has returned, it survives the loss of the process.</summary>
    /// <param name="checkpoint">What to store; its arrays belong to the store from now on.</param>
    /// <param name="cancellationToken">Gives up before it is stored.</param>
    Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken);
}
