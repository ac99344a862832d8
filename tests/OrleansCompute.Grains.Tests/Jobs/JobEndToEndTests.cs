using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class JobEndToEndTests : IAsyncLifetime
{
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(
            [new TestNode("strong", SimdSupport.Best), new TestNode("half", SimdSupport.Best, 0.5), new TestNode("weak", SimdLevel.Scalar, 0.5)]);
        await _fabric.AddDatasetAsync(JobSamples.Data);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Submit_WhenNodesDiffer_SharesFollowTheirMeasuredSpeed()
    {
        // Four steps: fewer than it takes to rebalance, so the shares are those of the scores.
        await _fabric.Job("shares").Submit(JobSamples.Spec("shares", 3, 3, epochs: 1, batchSize: 50));
        var status = await _fabric.EndAsync("shares");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        var scores = (await _fabric.IdleAsync()).Nodes.ToDictionary(node => node.Name, node => node.Accelerators[0].Accelerator.ScoreGflops);
        var workers = status.Result!.Workers;
        Assert.Equal(["half", "strong", "weak"], workers.Select(worker => worker.Node).Order());
        Assert.Equal(1, workers.Sum(worker => worker.ShareFraction), 9);
        Assert.All(workers, worker => Assert.InRange(
            worker.ShareFraction, (scores[worker.Node] / scores.Values.Sum()) - 0.03, (scores[worker.Node] / scores.Values.Sum()) + 0.03));
        Assert.True(scores["strong"] > scores["weak"]);
        Assert.Equal((200L, 200L), (status.Progress!.SamplesDone, status.Progress.SamplesTotal));
    }

    [Fact]
    public async Task Submit_WhenLeased_ShardsRunOnTheNodesOfTheirLeases()
    {
        await _fabric.Job("placed").Submit(JobSamples.Endless("placed", 3, 3));
        await _fabric.TrainingAsync("placed");
        var leases = (await _fabric.Pool.GetStatus()).Leases;
        Assert.Equal(3, leases.Length);
        for (var rank = 0; rank < leases.Length; rank++)
        {
            var shard = _fabric.Grains.GetGrain<IModelShardGrain>($"acme/placed/1/{rank}");
            Assert.Equal(leases[rank].Node, _fabric.NodeOf(shard));
        }

        await _fabric.Job("placed").Cancel("seen enough");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenDone_UsageIsInTheLedgerAndOnTheInvoice()
    {
        await _fabric.Tenant.Configure(new() { Name = FabricCluster.TenantName, Plan = new() { PerAcceleratorHour = 100_000 } });
        await _fabric.Job("billed").Submit(JobSamples.Spec("billed", 3, 3, epochs: 5));
        var status = await _fabric.EndAsync("billed");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        await _fabric.IdleAsync();
        var month = status.StartedAt!.Value.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var entries = await _fabric.Storage.Usage.ReadUsageAsync(FabricCluster.TenantName, month, CancellationToken.None);
        Assert.Equal(["half", "strong", "weak"], entries.Select(entry => entry.Node).Distinct().Order());
        var invoice = await _fabric.Usage(month).GetInvoice();
        Assert.Equal("billed", Assert.Single(invoice.Lines).Job);
        Assert.True(invoice.AcceleratorSeconds > 0);
        Assert.True(invoice.Amount > 0);
        Assert.Equal(entries.Sum(entry => (decimal)(entry.To - entry.From).Ticks) / TimeSpan.TicksPerSecond, invoice.AcceleratorSeconds);
    }
}
