using OrleansCompute.Contracts.Storage;
using OrleansCompute.Training.Checkpoints;

namespace OrleansCompute.Grains.Jobs;

/// <summary>Keeps checkpoints as artifacts and tells the job of each.</summary>
internal sealed class ArtifactCheckpointStore(IArtifactStore artifacts, Func<string, Checkpoint, Task> stored) : ICheckpointStore
{
    // Above the largest encodable checkpoint of a model that the spec allows in practice: 2 GiB.
    private const long MaxBytes = 1L << 31;

    public async Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(CheckpointCodec.Encode(checkpoint), writable: false);
        var artifact = await artifacts.PutAsync(content, MaxBytes, cancellationToken);
        await stored(artifact.Sha256, checkpoint);
    }

    /// <summary>Reads a checkpoint back.</summary>
    public static async Task<Checkpoint> LoadAsync(IArtifactStore artifacts, string sha256, CancellationToken cancellationToken)
    {
        await using var content = artifacts.OpenRead(sha256);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return CheckpointCodec.Decode(bytes);
    }
}
