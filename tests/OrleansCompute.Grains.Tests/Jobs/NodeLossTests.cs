using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class NodeLossTests : IAsyncLifetime
{
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(Names.Select(name => new TestNode(name)));
        await _fabric.AddDatasetAsync(JobSamples.Data);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    private static string[] Names => ["a", "b", "c"];

    [Fact]
    public async Task Kill_WhenOneWorkerDies_TheJobSucceedsWithTheOthers()
    {
        await SubmitAsync(3);
        var job = _fabric.NodeOf(_fabric.Job("job"));
        await _fabric.KillAsync(Names.First(name => name != job));
        await SucceedsAsync(generation: 1, "was lost");
    }

    [Fact]
    public async Task Kill_WhenAWorkerDiesWhoseGradientTravelsInBuckets_TheJobSucceedsWithTheOthers()
    {
        // 64 x 4,500 + 4,500 x 3 parameters: 1.2 MiB, two buckets a step.
        var spec = JobSamples.Spec("job", 1, 3, epochs: 60, batchSize: 50);
        await _fabric.Job("job").Submit(spec with
        {
            Model = spec.Model with { Layers = [spec.Model.Layers[0] with { Units = 4_500 }, spec.Model.Layers[1]] },
        });
        await _fabric.WaitAsync("job", status => HasCheckpoint(status), "a checkpoint");
        var job = _fabric.NodeOf(_fabric.Job("job"));
        await _fabric.KillAsync(Names.First(name => name != job));
        await SucceedsAsync(generation: 1, "was lost");
    }

    [Fact]
    public async Task Kill_WhenNobodyTellsThePool_TheJobSucceedsWithTheOthers()
    {
        await SubmitAsync(3);
        var job = _fabric.NodeOf(_fabric.Job("job"));
        await _fabric.KillQuietlyAsync(Names.First(name => name != job));
        await SucceedsAsync(generation: 1, "was lost");
    }

    [Fact]
    public async Task Kill_WhenTheNodeThatLeadsDies_TheJobGoesOnFromItsCheckpoint()
    {
        await SubmitAsync(3);
        await _fabric.KillAsync(_fabric.NodeOf(_fabric.Job("job"))!);
        await SucceedsAsync(generation: 2, "Queued again");
    }

    [Fact]
    public async Task Kill_WhenTheNodeOfThePoolDies_TheJobSucceeds()
    {
        await SubmitAsync(3);
        await _fabric.KillAsync(_fabric.NodeOf(_fabric.Pool)!);
        await SucceedsAsync(generation: null, "");
    }

    [Fact]
    public async Task Kill_WhenAllButOneDie_TheJobSucceeds()
    {
        await _fabric.AddNodeAsync(new TestNode("spare"));
        await SubmitAsync(4);
        await _fabric.KillAsync(Names);
        await SucceedsAsync(generation: null, "");
    }

    [Fact]
    public async Task Kill_WhenTooFewNodesAreLeft_TheJobWaitsForNewOnesAndResumes()
    {
        await _fabric.Job("job").Submit(JobSamples.Spec("job", 3, 3, epochs: 150, batchSize: 10));
        await _fabric.WaitAsync("job", status => HasCheckpoint(status), "a checkpoint");
        var keeper = _fabric.NodeOf(_fabric.Job("job"))!;

        // All but the silo that leads, then that one as well, while a silo that holds no lease keeps the cluster.
        await _fabric.AddNodeAsync(new TestNode("reserve"));
        await _fabric.KillAsync(Names.Where(name => name != keeper).Append(keeper));
        var waiting = await _fabric.WaitAsync("job", status => status.State == JobState.Queued, "back in the queue");
        Assert.Contains(waiting.Events, happened => happened.Text.Contains("Queued again", StringComparison.Ordinal));
        await _fabric.PoolAsync(
            pool => pool.Queue.Any(queued => queued.Reason.Contains("needs 3", StringComparison.Ordinal)), "the reason why the job waits");
        await _fabric.AddNodeAsync(new TestNode("second"));
        await _fabric.AddNodeAsync(new TestNode("third"));
        var end = await SucceedsAsync(generation: null, "Checkpoint after");
        Assert.True(end.Generation >= 2);
        Assert.All(end.Result!.Workers, worker => Assert.Contains(worker.Node, (string[])["reserve", "second", "third"]));
        Assert.True(end.Result.Workers.Length == 3);
    }

    [Fact]
    public async Task Kill_WhenAllWorkersDieAndNobodyTellsThePool_TheJobGoesOnOnNewNodes()
    {
        await _fabric.Job("job").Submit(JobSamples.Spec("job", 3, 3, epochs: 150, batchSize: 10));
        await _fabric.WaitAsync("job", status => HasCheckpoint(status), "a checkpoint");
        await _fabric.AddNodeAsync(new TestNode("reserve"));
        await _fabric.KillQuietlyAsync(Names);
        foreach (var node in new[] { "second", "third" })
        {
            await _fabric.AddNodeAsync(new TestNode(node));
        }

        await SucceedsAsync(generation: null, "Queued again");
    }

    [Fact]
    public async Task Join_WhenANodeRestartedDuringTraining_TheJobSucceedsAndTheNodeIsFree()
    {
        await SubmitAsync(3);
        var job = _fabric.NodeOf(_fabric.Job("job"));
        var victim = Names.First(name => name != job);
        await _fabric.KillQuietlyAsync(victim);
        await _fabric.AddNodeAsync(new TestNode(victim));
        await SucceedsAsync(generation: null, "was lost");
    }

    [Fact]
    public async Task Stop_WhenTheNodeThatLeadsStops_TheJobGoesOnElsewhere()
    {
        await SubmitAsync(3);
        await _fabric.StopAsync(_fabric.NodeOf(_fabric.Job("job"))!);
        await SucceedsAsync(generation: null, "Queued again");
    }

    private static bool HasCheckpoint(JobStatus status) =>
        status.State == JobState.Running
        && status.Events.Any(happened => happened.Text.StartsWith("Checkpoint", StringComparison.Ordinal));

    private async Task SubmitAsync(int accelerators)
    {
        await _fabric.Job("job").Submit(JobSamples.Spec("job", 1, accelerators, epochs: 150, batchSize: 10));
        await _fabric.WaitAsync("job", status => HasCheckpoint(status), "a checkpoint");
    }

    private async Task<JobStatus> SucceedsAsync(int? generation, string happened)
    {
        var status = await _fabric.EndAsync("job");
        Assert.True(status.State == JobState.Succeeded, $"{status.Reason} {string.Join(' ', status.Events.Select(e => e.Text))}");
        Assert.Equal(status.Progress!.SamplesTotal, status.Progress.SamplesDone);
        Assert.Contains(status.Events, e => e.Text.Contains(happened, StringComparison.Ordinal));
        Assert.Equal(generation ?? status.Generation, status.Generation);
        Assert.Single(await _fabric.Model("job-model").List());
        await _fabric.IdleAsync();
        return status;
    }
}
