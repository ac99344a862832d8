using Orleans.Hosting;
using Orleans.Runtime;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Jobs;

/// <summary>Leases and workers that are lost while their nodes live.</summary>
public sealed class LeaseLossTests
{
    [Fact]
    public async Task Load_WhenTheLeaseIsGoneByThen_TheJobGoesBackToTheQueueAndSucceeds()
    {
        var load = new CallTrap(nameof(IModelShardGrain.Load));
        await using var fabric = await StartAsync(load);
        load.Set(async context =>
        {
            load.Clear();
            var lease = ((ShardAssignment)context.Request.GetArgument(0)!).Lease;
            await fabric.Node(lease.Node).Release(lease.Id);
        });
        await fabric.Job("unlucky").Submit(JobSamples.Spec("unlucky"));
        var end = await fabric.EndAsync("unlucky");
        Assert.True(end.State == JobState.Succeeded, end.Reason);
        Assert.Equal(2, end.Generation);
        Assert.Contains(end.Events, happened => happened.Text.Contains("is not in force", StringComparison.Ordinal));
        await fabric.IdleAsync();
    }

    [Fact]
    public async Task Step_WhenAWorkerFailsAndItsNodeLives_ItsLeaseGoesBackAtOnceAndTheJobGetsAnother()
    {
        var step = new CallTrap(nameof(IModelShardGrain.Step));
        await using var fabric = await StartAsync(step);
        await fabric.Job("tough").Submit(JobSamples.Spec("tough", 1, 2, epochs: 1000, batchSize: 3));
        var before = await fabric.PoolAsync(pool => pool.Leases.Length == 2, "the job on both nodes");
        await fabric.TrainingAsync("tough");
        step.Set(context =>
        {
            // The worker of rank 0.
            if (!context.TargetId.Key.ToString()!.EndsWith("/0", StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            step.Clear();
            throw new OrleansException("the step failed");
        });
        var after = await fabric.PoolAsync(
            pool => pool.Leases.Length == 2 && pool.Leases.Count(lease => before.Leases.Any(earlier => earlier.Id == lease.Id)) == 1,
            "one of the leases replaced by another");
        Assert.Equal(2, after.Leases.Select(lease => lease.Node).Distinct().Count());
        var status = await fabric.WaitAsync("tough", status => status.Progress?.Workers.Length == 2, "two workers again");
        Assert.Equal((JobState.Running, 1), (status.State, status.Generation));
        await fabric.Job("tough").Cancel("seen");
        await fabric.IdleAsync();
    }

    private static async Task<FabricCluster> StartAsync(CallTrap trap)
    {
        var fabric = await FabricCluster.StartAsync(
            [new TestNode("a"), new TestNode("b")],
            pool: options =>
            {
                options.RoundPeriod = TimeSpan.FromMilliseconds(500);
                options.LearnSpeeds = false;
                options.RestartSeconds = 0.2;
            },
            silo: silo => silo.AddIncomingGrainCallFilter(trap));
        await fabric.AddDatasetAsync(JobSamples.Data);
        return fabric;
    }
}
