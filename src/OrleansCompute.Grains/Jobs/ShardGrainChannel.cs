using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Grains.Shards;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>The way from the coordinator to a shard grain.</summary>
internal sealed class ShardGrainChannel(IModelShardGrain shard, string node) : IShardChannel
{
    public async Task<ShardStepResult> StepAsync(ShardStepCommand command, Action<GradientBucket> receive, CancellationToken cancellationToken)
    {
        LeaseHint.Set(node);
        var step = ShardMapper.ToStep(command);
        if (command.GradientBucketLength == 0 || command.SampleIndices.IsEmpty)
        {
            return ShardMapper.ToResult(await shard.Step(step));
        }

        ShardStepOutcome? outcome = null;
        var parts = 0;
        await foreach (var part in shard.StepInBuckets(step).WithCancellation(cancellationToken))
        {
            // A shard is another process: one that never ends must not keep this one busy.
            if (++parts > command.GradientBucketCount + 1)
            {
                throw new InvalidDataException(
                    $"Step {command.Step} on {node} sent more than {command.GradientBucketCount + 1} parts: {command.GradientBucketCount} gradient buckets and the outcome.");
            }

            if (part.Gradient is { } values)
            {
                receive(new GradientBucket(part.Bucket, values));
            }

            outcome = part.Outcome;
        }

        return ShardMapper.ToResult(outcome ?? throw new InvalidDataException($"Step {command.Step} on {node} ended without an outcome."));
    }

    public async Task<ShardState> ExportAsync(CancellationToken cancellationToken)
    {
        LeaseHint.Set(node);
        return ShardMapper.ToState(await shard.Export());
    }

    public Task ImportAsync(ShardState state, CancellationToken cancellationToken)
    {
        LeaseHint.Set(node);
        return shard.Import(ShardMapper.ToReplica(state));
    }
}
