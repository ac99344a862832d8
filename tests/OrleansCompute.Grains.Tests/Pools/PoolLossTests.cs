using Orleans;
using Orleans.Hosting;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>The pool's silo dies between storing leases and giving them.</summary>
public sealed class PoolLossTests
{
    [Fact]
    public async Task Kill_WhenLeasesAreStoredAndNotGiven_TheyAreGivenOnceUnderTheirNumbers()
    {
        var gate = new Gate();
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("a"), new TestNode("b"), new TestNode("c"), new TestNode("spare")],
            pool: options => options.RoundPeriod = TimeSpan.FromMilliseconds(500),
            silo: silo => silo.AddIncomingGrainCallFilter(gate));
        await fabric.AddDatasetAsync(JobSamples.Data);
        var keeper = fabric.NodeOf(fabric.Pool)!;

        // The first grant hangs on its way, with everything stored; then the pool's silo is gone.
        gate.Close();
        await fabric.Job("job").Submit(JobSamples.Fixed(JobSamples.Endless("job", 2, 2)));
        await gate.Reached.OrFailAsync("the first grant is on its way");
        var stored = (await fabric.Pool.GetStatus()).Leases.Select(lease => lease.Id).ToList();
        Assert.Equal(2, stored.Count);
        var kill = fabric.KillAsync(keeper);
        gate.Open();
        await kill;

        var pool = await fabric.PoolAsync(
            pool => pool.Leases.Count(lease => lease.Node != keeper) == 2, "two leases on nodes that are there");
        await fabric.TrainingAsync("job");
        pool = await fabric.Pool.GetStatus();

        // No accelerator for two, and the nodes agree with the pool; numbers were never used twice.
        Assert.Equal(pool.Leases.Length, pool.Leases.Select(lease => (lease.Node, lease.Accelerator)).Distinct().Count());
        var held = pool.Nodes.Where(node => node.State == NodeState.Ready).SelectMany(node => node.Accelerators).SelectMany(slot => slot.Leases).ToList();
        Assert.Equal(pool.Leases.Select(lease => lease.Id).Order(), held.Select(lease => lease.Id).Order());
        Assert.All(pool.Leases.Where(lease => !stored.Contains(lease.Id)), lease => Assert.True(lease.Id > stored.Max()));
        await fabric.Job("job").Cancel("done");
        Assert.Equal(JobState.Cancelled, (await fabric.Job("job").GetStatus()).State);
        await fabric.PoolAsync(
            pool => pool.Leases.IsEmpty && pool.Nodes.All(node => node.State == NodeState.Lost || node.Accelerators.All(slot => slot.Lease is null)), "all is free");
    }

    /// <summary>Holds calls of Grant up.</summary>
    private sealed class Gate : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isClosed;

        public Task Reached => _reached.Task;

        public void Close() => _isClosed = true;

        public void Open()
        {
            _isClosed = false;
            _open.TrySetResult();
        }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (_isClosed && context.InterfaceMethod.Name == nameof(INodeGrain.Grant))
            {
                _reached.TrySetResult();
                await _open.Task;
            }

            await context.Invoke();
        }
    }
}
