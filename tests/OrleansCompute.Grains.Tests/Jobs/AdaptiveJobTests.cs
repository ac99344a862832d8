using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Jobs;

/// <summary>Jobs whose batch the pool chooses, through all real parts.</summary>
public sealed class AdaptiveJobTests : IAsyncLifetime
{
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync([new TestNode("only")], pool: options => options.RoundPeriod = TimeSpan.FromMilliseconds(500));
        await _fabric.AddDatasetAsync(JobSamples.Data);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Submit_WhereTheBatchMayChange_ThePoolChoosesItAndACheckpointCarriesIt()
    {
        await _fabric.Job("adaptive").Submit(Adaptive("adaptive"));
        var grown = await _fabric.WaitAsync("adaptive", status => status.Progress?.Batch is { BatchSize: > 1 }, "a larger batch");
        var batch = grown.Progress!.Batch!;
        Assert.InRange(batch.BatchSize, 2, 64);
        Assert.True(batch.NoiseScaleSamples > 0);
        Assert.InRange(batch.EfficiencyFraction, 1e-6, 1);
        Assert.True(batch.SamplesComputed >= grown.Progress.SamplesDone, $"{batch.SamplesComputed} and {grown.Progress.SamplesDone}");
        Assert.Contains(grown.Events, entry => entry.Text.StartsWith("Batch of ", StringComparison.Ordinal));
        var why = await _fabric.Pool.Explain("acme", "adaptive", true);
        Assert.Contains("(1 to 64 allowed)", why.Sentence, StringComparison.Ordinal);

        // By what was measured until then: on a machine with others on it that may be any.
        Assert.True(why.BatchSize is >= 1 and <= 64, why.Sentence);
        Assert.Contains($" on 1 node with batches of {why.BatchSize} sample", why.Sentence, StringComparison.Ordinal);
        var stops = Assert.Single((await _fabric.Pool.WhatIf(new WhatIfQuestion { Drain = ["only"] })).Effects);
        Assert.True(stops.BatchBefore is >= 1 and <= 64 && stops.BatchAfter is null, $"{stops.BatchBefore} and {stops.BatchAfter}");

        // At its first start nothing was known that the job did not know.
        Assert.Equal(0, (await LeaseAsync()).BatchSize);

        // All its workers have to go: it stops with a checkpoint, and goes on from there with the batch that is decided with its new lease.
        await _fabric.Pool.SetDraining("only", true);
        var stopped = await _fabric.WaitAsync("adaptive", status => status.State == JobState.Queued, "its stop");
        await _fabric.Pool.SetDraining("only", false);
        var again = await _fabric.WaitAsync(
            "adaptive", status => status is { Generation: 2, Progress: { } progress } && progress.Step > stopped.Progress!.Step, "steps of the second run");
        Assert.NotNull(again.Progress!.Batch);
        Assert.InRange((await LeaseAsync()).BatchSize, 1, 64);
        Assert.True(again.Progress.SamplesDone >= stopped.Progress!.SamplesDone);

        await _fabric.Job("adaptive").Cancel("seen enough");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhereTheBatchMayChange_EndsWithTheProgressOfItsEpochs()
    {
        await _fabric.Job("short").Submit(JobSamples.Spec("short", epochs: 3) with
        {
            Training = JobSamples.Spec("short", epochs: 3).Training with { BatchSize = 10, MaxBatchSize = 100 },
        });
        var status = await _fabric.EndAsync("short");

        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.Equal((3, 600L, 600L), (status.Progress!.Epoch, status.Progress.SamplesDone, status.Progress.SamplesTotal));
    }

    [Theory]
    [InlineData(9, 10)]
    [InlineData(65_537, 10)]
    [InlineData(-1, 10)]
    public async Task Submit_WithASillyLimit_IsRefusedWithTheRange(int max, int batchSize)
    {
        var spec = JobSamples.Spec("silly") with { Training = JobSamples.Spec("silly").Training with { BatchSize = batchSize, MaxBatchSize = max } };

        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Job("silly").Submit(spec));

        Assert.Contains($"training.maxBatchSize is {max}; allowed: {batchSize} to 65536", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<Lease> LeaseAsync() => Assert.Single((await _fabric.Node("only").GetStatus()).Accelerators.SelectMany(accelerator => accelerator.Leases));

    // Steps so small that the gradient stays as it is: its noise is that of single samples, for ever.
    private static JobSpec Adaptive(string name)
    {
        var spec = JobSamples.Endless(name);
        return spec with { Training = spec.Training with { MaxBatchSize = 64, LearningRate = 1e-7 } };
    }
}
