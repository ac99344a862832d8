using OrleansCompute.Training.Checkpoints;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>Keeps encoded checkpoints, so that every test of resuming also goes through the codec.</summary>
internal sealed class MemoryCheckpoints : ICheckpointStore
{
    public List<byte[]> Saved { get; } = [];

    public Checkpoint Read(int index) => CheckpointCodec.Decode(Saved[index]);

    public Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        Saved.Add(CheckpointCodec.Encode(checkpoint));
        return Task.CompletedTask;
    }
}
