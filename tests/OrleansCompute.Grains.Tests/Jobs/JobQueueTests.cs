using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class JobQueueTests : IAsyncLifetime
{
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync([new TestNode("a"), new TestNode("b")]);
        await _fabric.AddDatasetAsync(JobSamples.Data);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Submit_WhenNoAcceleratorIsFree_WaitsWithAReasonAndStartsWhenOneIs()
    {
        await _fabric.Job("long").Submit(JobSamples.Fixed(JobSamples.Endless("long", 2, 2)));
        await _fabric.TrainingAsync("long");
        await _fabric.Job("next").Submit(JobSamples.Spec("next", 1, 2));
        var pool = await _fabric.PoolAsync(
            pool => pool.Queue.Any(queued => queued.Reason.Contains("0 of 2 free", StringComparison.Ordinal)), "the reason why the job waits");
        Assert.Equal("next", Assert.Single(pool.Queue).Request.Job);
        Assert.Equal(2, pool.Leases.Count(lease => lease.Job == "long"));
        Assert.Equal(JobState.Queued, (await _fabric.Job("next").GetStatus()).State);

        await _fabric.Job("long").Cancel("enough");
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("next")).State);
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Cancel_WhenRunning_ReleasesEverythingAndPublishesNothing()
    {
        await _fabric.Job("doomed").Submit(JobSamples.Endless("doomed", 2, 2));
        await _fabric.TrainingAsync("doomed");
        var status = await _fabric.Job("doomed").Cancel("the test said so");
        Assert.Equal((JobState.Cancelled, "the test said so"), (status.State, status.Reason));
        await _fabric.IdleAsync();
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Model("doomed-model").Get(0));
        Assert.Equal(JobState.Cancelled, (await _fabric.Job("doomed").Cancel("again")).State);
        Assert.Equal("the test said so", (await _fabric.Job("doomed").GetStatus()).Reason);
    }

    [Fact]
    public async Task Cancel_WhenQueued_LeavesTheQueue()
    {
        await _fabric.Job("first").Submit(JobSamples.Fixed(JobSamples.Endless("first", 2, 2)));
        await _fabric.TrainingAsync("first");
        await _fabric.Job("second").Submit(JobSamples.Spec("second"));
        await _fabric.Job("second").Cancel("changed my mind");
        await _fabric.PoolAsync(pool => pool.Queue.IsEmpty, "the cancelled job out of the queue");
        await _fabric.Job("first").Cancel("done");
        await _fabric.IdleAsync();
        Assert.Equal((JobState.Cancelled, 0), ((await _fabric.Job("second").GetStatus()).State, (await _fabric.Job("second").GetStatus()).Generation));
    }

    [Fact]
    public async Task Submit_WhenANodeHoldsALeaseThatThePoolForgot_ThePoolTakesItBack()
    {
        var node = await _fabric.Node("a").GetStatus();
        await _fabric.Node("a").Grant(new Contracts.Pools.Lease
        {
            Id = 999,
            Pool = FabricCluster.PoolName,
            Tenant = FabricCluster.TenantName,
            Job = "forgotten",
            Node = "a",
            NodeIncarnation = node.Incarnation,
            Accelerator = "cpu0",
            ScoreGflops = 1,
            GrantedAt = node.ReportedAt,
        });
        await _fabric.Job("both").Submit(JobSamples.Spec("both", 2, 2));
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("both")).State);
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Deactivation_WhenTheJobRuns_ItGoesOnFromItsCheckpoint()
    {
        await _fabric.Job("moved").Submit(JobSamples.Spec("moved", 2, 2, epochs: 100, batchSize: 10));
        await _fabric.TrainingAsync("moved");
        await _fabric.DeactivateAsync(_fabric.Job("moved"));
        var status = await _fabric.EndAsync("moved");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.Equal(2, status.Generation);
        Assert.Single(await _fabric.Model("moved-model").List());
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Deactivation_WhenThePoolIsReactivated_QueueAndLeasesAreKept()
    {
        await _fabric.Job("holder").Submit(JobSamples.Fixed(JobSamples.Endless("holder", 2, 2)));
        await _fabric.TrainingAsync("holder");
        await _fabric.Job("waiter").Submit(JobSamples.Spec("waiter"));
        await _fabric.DeactivateAsync(_fabric.Pool);
        var pool = await _fabric.PoolAsync(
            pool => pool.Queue.Any(queued => queued.Reason.Contains("0 of 2 free", StringComparison.Ordinal)), "a round after the reactivation");
        Assert.Equal(["holder", "holder"], pool.Leases.Select(lease => lease.Job));
        Assert.Equal((JobState.Running, 1), ((await _fabric.Job("holder").GetStatus()).State, (await _fabric.Job("holder").GetStatus()).Generation));
        await _fabric.Job("holder").Cancel("done");
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("waiter")).State);
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenManyJobsCompete_AllEndAndNothingIsLeftBehind()
    {
        var names = Enumerable.Range(0, 8).Select(i => $"crowd-{i}").ToList();
        await Task.WhenAll(names.Select((name, i) => _fabric.Job(name).Submit(JobSamples.Spec(name, 1 + (i % 2), 2))));
        foreach (var name in names)
        {
            var status = await _fabric.EndAsync(name);
            Assert.True(status.State == JobState.Succeeded, $"{name}: {status.Reason}");
        }

        await _fabric.IdleAsync();
    }
}
