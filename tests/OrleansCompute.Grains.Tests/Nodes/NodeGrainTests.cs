using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Nodes;

public sealed class NodeGrainTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync() => _fabric = await FabricCluster.StartAsync([new TestNode("left"), new TestNode("right")], _clock);

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task GetStatus_WhenAsked_RunsOnTheNodeOfItsName()
    {
        foreach (var name in new[] { "left", "right" })
        {
            var status = await _fabric.Node(name).GetStatus();
            Assert.Equal(name, status.Name);
            Assert.Equal("cpu0", Assert.Single(status.Accelerators).Accelerator.Name);
            Assert.Equal(name, _fabric.NodeOf(_fabric.Node(name)));
        }
    }

    [Fact]
    public async Task GetStatus_WhenThereIsNoSuchNode_NamesThoseThatAre()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => _fabric.Node("middle").GetStatus());
        Assert.Contains("left, right", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_WhenForAnotherIncarnation_IsRefused()
    {
        var lease = await LeaseAsync(1);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(
            () => _fabric.Node("left").Grant(lease with { NodeIncarnation = lease.NodeIncarnation + 1 }));
        Assert.Contains($"run {lease.NodeIncarnation + 1} of node left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_WhenTheAcceleratorIsHeld_IsRefusedUntilReleased()
    {
        var lease = await LeaseAsync(1);
        var node = _fabric.Node("left");
        await node.Grant(lease);
        await node.Grant(lease);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => node.Grant(lease with { Id = 2 }));
        Assert.Contains("lease 1 of acme/job", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await node.GetStatus()).Accelerators[0].Lease?.Id);
        await node.Release(1);
        await node.Release(1);
        await node.Grant(lease with { Id = 2 });
        Assert.Equal(2, (await node.GetStatus()).Accelerators[0].Lease?.Id);
    }

    [Fact]
    public async Task Grant_WhenThereIsNoSuchAccelerator_NamesThoseThatAre()
    {
        var lease = await LeaseAsync(1);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Node("left").Grant(lease with { Accelerator = "gpu9" }));
        Assert.Contains("'gpu9'; this node has: cpu0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_WhenALaterLeaseWasGiven_IsRefusedForEver()
    {
        var node = _fabric.Node("left");
        var lease = await LeaseAsync(7);
        await node.Grant(lease);
        await node.Release(7);
        foreach (var stale in new long[] { 1, 6, 7 })
        {
            var error = await Assert.ThrowsAsync<FabricRefusedException>(() => node.Grant(lease with { Id = stale }));
            Assert.Contains($"Lease {stale} of acme/job is stale", error.Message, StringComparison.Ordinal);
            Assert.Contains("was given lease 7; allowed: 8 or more", error.Message, StringComparison.Ordinal);
        }

        // The number outlives the grain, as it does the process: it is stored before the lease is given.
        await _fabric.DeactivateAsync(node);
        var again = await Assert.ThrowsAsync<FabricRefusedException>(() => node.Grant(lease with { Id = 3 }));
        Assert.Contains("allowed: 8 or more", again.Message, StringComparison.Ordinal);
        await node.Grant(lease with { Id = 8 });
        Assert.Equal(8, (await node.GetStatus()).Accelerators[0].FenceId);
    }

    [Fact]
    public async Task Grant_WhenPartsOfAnAcceleratorAreAsked_GivesUpToAllOfItsTimeAndMemory()
    {
        var node = _fabric.Node("left");
        var quarter = await LeaseAsync(1) with { ComputeShareFraction = 0.25, MemoryBytes = 1 << 20 };
        await node.Grant(quarter);
        await node.Grant(quarter with { Id = 2, Job = "second", ComputeShareFraction = 0.75 });
        var full = await Assert.ThrowsAsync<FabricRefusedException>(() => node.Grant(quarter with { Id = 3, Job = "third", ComputeShareFraction = 0.1 }));
        Assert.Contains("held by lease 1 of acme/job and 1 more: 1 of its time; lease 3 asks for 0.1", full.Message, StringComparison.Ordinal);
        Assert.Equal([1L, 2L], (await node.GetStatus()).Accelerators[0].Leases.Select(lease => lease.Id));

        await node.Release(2);
        var memory = (await node.GetStatus()).Accelerators[0].Accelerator.MemoryBytes;
        var tooMuch = await Assert.ThrowsAsync<FabricRefusedException>(() => node.Grant(quarter with { Id = 4, MemoryBytes = memory }));
        Assert.Contains($"asks for {memory} bytes", tooMuch.Message, StringComparison.Ordinal);
        Assert.Contains("1048576 of them given to others", tooMuch.Message, StringComparison.Ordinal);
        await node.Grant(quarter with { Id = 5, MemoryBytes = memory - (1 << 20) });
    }

    [Fact]
    public async Task Heartbeat_WhenThePoolIsNotHeardOf_TheLeaseExpires()
    {
        var node = _fabric.Node("left");
        await node.Grant(await LeaseAsync(1));
        for (var second = 0; second < 59; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await node.GetStatus();
        }

        Assert.Equal(1, (await node.GetStatus()).Accelerators[0].Lease?.Id);
        await Eventually.GetAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return node.GetStatus();
            },
            status => status.Accelerators[0].Lease is null,
            "the lease that no pool confirms ended");
    }

    [Fact]
    public async Task Release_WhenTimeHasPassed_MetersItToTheLastSecondOnce()
    {
        await _fabric.Tenant.Configure(new TenantSpec { Name = FabricCluster.TenantName, Plan = new PricePlan { PerAcceleratorHour = 3600 } });
        var node = _fabric.Node("left");
        await node.Grant(await LeaseAsync(1));
        var month = _clock.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var start = _clock.GetUtcNow();
        await Eventually.GetAsync(
            () =>
            {
                // A grain's timer is due a period after its last tick has ended, which no test can see: time passes until it has ticked.
                _clock.Advance(TimeSpan.FromSeconds(1));
                return _fabric.Usage(month).GetInvoice();
            },
            invoice => invoice.AcceleratorSeconds >= 15,
            "three intervals of the lease in the ledger");

        // A pool that lost its answer grants again: the intervals that are written stay, and go on.
        await node.Grant(await LeaseAsync(1));
        _clock.Advance(TimeSpan.FromSeconds(2));
        await node.Release(1);
        var last = await _fabric.Usage(month).GetInvoice();
        var seconds = (decimal)(_clock.GetUtcNow() - start).TotalSeconds;
        Assert.Equal((seconds, seconds), (last.AcceleratorSeconds, last.Amount));
    }

    [Fact]
    public async Task Release_OfPartsOfAnAccelerator_BillsThemAsParts()
    {
        await _fabric.Tenant.Configure(new TenantSpec { Name = FabricCluster.TenantName, Plan = new PricePlan { PerAcceleratorHour = 3600 } });
        var node = _fabric.Node("left");
        var month = _clock.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        await node.Grant(await LeaseAsync(1) with { ComputeShareFraction = 0.25, MemoryBytes = 1 << 20 });
        await node.Grant(await LeaseAsync(2) with { Job = "other", ComputeShareFraction = 0.5, MemoryBytes = 1 << 20 });
        _clock.Advance(TimeSpan.FromSeconds(40));
        await node.Release(1);
        await node.Release(2);
        var invoice = await _fabric.Usage(month).GetInvoice();
        Assert.Equal([("job", 10m, 40m, 10m), ("other", 20m, 40m, 20m)], invoice.Lines.Select(line => (line.Job, line.AcceleratorSeconds, line.HeldSeconds, line.Amount)));
        Assert.Equal((30m, 80m, 30m), (invoice.AcceleratorSeconds, invoice.HeldSeconds, invoice.Amount));
    }

    private async Task<Lease> LeaseAsync(long id) => new()
    {
        Id = id,
        Pool = FabricCluster.PoolName,
        Tenant = FabricCluster.TenantName,
        Job = "job",
        Node = "left",
        NodeIncarnation = (await _fabric.Node("left").GetStatus()).Incarnation,
        Accelerator = "cpu0",
        ScoreGflops = 1,
        GrantedAt = _clock.GetUtcNow(),
    };
}
