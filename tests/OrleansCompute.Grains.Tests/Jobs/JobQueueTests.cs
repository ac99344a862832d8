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
        await _fabric.Job("long").Submit(JobSamples.Endless("long", 2, 2));
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
        await _fabric.Job("first").Submit(JobSamples.Endless("first", 2, 2));
        await _fabric.TrainingAsync("first");
        await _fabric.Job("second").Submit(JobSamples.Spec("second"));
        await _fabric.Job("second").Cancel("changed my mind");
        await _fabric.PoolAsync(pool => pool.Queue.IsEmpty, "the cancelled job out of the queue");
        await _fabric.Job("first").Cancel("done");
        await _fabric.IdleAsync();
        Assert.Equal((JobState.Cancelled, 0), ((await _fabric.Job("second").GetStatus()).State, (await _fabric.Job("second").GetStatus()).Generation));
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
