using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Operators whose wishes could not be stored: they are told, and nothing has changed.</summary>
public sealed class PoolStoreTests : IAsyncLifetime
{
    private readonly StoreTrap _store = new("pool-entry");
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync() => _fabric = await FabricCluster.StartAsync([new TestNode("a"), new TestNode("b")], store: _store);

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Drain_WhenItCannotBeStored_IsUndone()
    {
        await FailsAsync(() => _fabric.Pool.SetDraining("a", true));
        Assert.Equal(NodeState.Ready, (await NodeAsync("a"))!.State);
        await _fabric.Pool.SetDraining("a", true);
        await FailsAsync(() => _fabric.Pool.SetDraining("a", false));
        Assert.Equal(NodeState.Draining, (await NodeAsync("a"))!.State);

        // As it is stored.
        await _fabric.DeactivateAsync(_fabric.Pool);
        Assert.Equal(NodeState.Draining, (await NodeAsync("a"))!.State);
    }

    [Fact]
    public async Task Remove_WhenItCannotBeStored_IsUndone()
    {
        await _fabric.Pool.SetDraining("b", true);
        await _fabric.Pool.SetReclaim("b", TimeSpan.FromDays(1));
        var before = (await NodeAsync("b"))!;
        await FailsAsync(() => _fabric.Pool.Remove("b", force: false));
        var after = (await NodeAsync("b"))!;
        Assert.Equal((NodeState.Draining, before.ReclaimAt, before.Incarnation), (after.State, after.ReclaimAt, after.Incarnation));
        await _fabric.Pool.Remove("b", force: false);
        Assert.Null(await NodeAsync("b"));

        // This run of it stays away, also in the next activation.
        await _fabric.DeactivateAsync(_fabric.Pool);
        await _fabric.JoinAsync("b");
        Assert.Null(await NodeAsync("b"));
    }

    [Fact]
    public async Task Reclaim_WhenItCannotBeStored_IsUndone()
    {
        await FailsAsync(() => _fabric.Pool.SetReclaim("a", TimeSpan.FromHours(1)));
        Assert.Null((await NodeAsync("a"))!.ReclaimAt);
        await _fabric.Pool.SetReclaim("a", TimeSpan.FromHours(1));
        var at = (await NodeAsync("a"))!.ReclaimAt;
        await FailsAsync(() => _fabric.Pool.SetReclaim("a", null));
        Assert.Equal(at, (await NodeAsync("a"))!.ReclaimAt);
        await _fabric.DeactivateAsync(_fabric.Pool);
        Assert.Equal(at, (await NodeAsync("a"))!.ReclaimAt);
        await _fabric.Pool.SetReclaim("a", null);
        Assert.Null((await NodeAsync("a"))!.ReclaimAt);
    }

    [Fact]
    public async Task Reclaim_WhenItCannotBeStored_KeepsWhatAnotherSaidMeanwhile()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Once(() =>
        {
            reached.SetResult();
            return disk.Task;
        });
        var first = _fabric.Pool.SetReclaim("a", TimeSpan.FromHours(1));
        await reached.Task.OrFailAsync("the first is about to be stored");
        var second = _fabric.Pool.SetReclaim("a", TimeSpan.FromDays(2));
        await Eventually.GetAsync(() => NodeAsync("a"), node => node!.ReclaimAt > DateTimeOffset.UtcNow.AddDays(1), "the second is said");
        disk.SetException(new IOException("the disk is full"));
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        await second;
        Assert.True((await NodeAsync("a"))!.ReclaimAt > DateTimeOffset.UtcNow.AddDays(1));
        await _fabric.DeactivateAsync(_fabric.Pool);
        Assert.True((await NodeAsync("a"))!.ReclaimAt > DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task FailsAsync(Func<Task> wish)
    {
        _store.IsFull = true;
        var error = await Assert.ThrowsAnyAsync<Exception>(wish);
        _store.IsFull = false;
        Assert.Contains("the disk is full", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<NodeSnapshot?> NodeAsync(string name) => (await _fabric.Pool.GetStatus()).Nodes.FirstOrDefault(node => node.Name == name);
}
