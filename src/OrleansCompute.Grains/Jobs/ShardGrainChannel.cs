using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Grains.Shards;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>The way from the coordinator to a shard grain.</summary>
internal sealed class ShardGrainChannel(IModelShardGrain shard, string node) : IShardChannel
{
    public async Task<ShardStepResult> StepAsync(ShardStepCommand command, CancellationToken cancellationToken)
    {
        LeaseHint.Set(node);
        return ShardMapper.ToResult(await shard.Step(ShardMapper.ToStep(command)));
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
