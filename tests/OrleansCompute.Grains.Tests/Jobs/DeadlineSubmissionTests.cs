using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Jobs;

[Collection(SharedFabricCollection.Name)]
public sealed class DeadlineSubmissionTests(SharedFabric shared) : IAsyncLifetime
{
    private readonly FabricCluster _fabric = shared.Fabric;

    public async Task InitializeAsync() => await _fabric.AddDatasetAsync(JobSamples.Data);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Submit_WhenAJobLikeItTookLonger_IsRefusedWithNumbersAndTheNameStaysFree()
    {
        // 30 samples in a batch: only the jobs of this test are like each other.
        await _fabric.Job("d-first").Submit(JobSamples.Spec("d-first", epochs: 6, batchSize: 30));
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("d-first")).State);
        var like = JobWork.LikeOf(JobSamples.Spec("d-first", batchSize: 30));
        var known = await Eventually.GetAsync(
            () => _fabric.Grains.GetGrain<ISpeedGrain>(FabricCluster.TenantName).Get(like), speeds => !speeds.IsEmpty, "the speed of the job is kept");
        Assert.All(known, speed => Assert.True(speed.SamplesPerGflop > 0));

        // 20,000,000 samples in half a second beside the start: no processor does, however wrong a busy machine measured its score.
        await _fabric.AddDatasetAsync("d-large", 20_000);
        var spec = Deadline(JobSamples.Spec("d-second", epochs: 1000, batchSize: 30), TimeSpan.FromSeconds(2.5)) with { Data = new DataSpec { Dataset = "d-large" } };
        foreach (var late in new[] { spec, spec with { Resources = spec.Resources with { Fraction = new FractionSpec { Compute = 0.5, MemoryBytes = 1 << 24 } } } })
        {
            var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Job("d-second").Submit(late));
            Assert.Contains("cannot run job acme/d-second by its deadline: it needs", error.Message, StringComparison.Ordinal);
            Assert.Contains("(20,000,000 samples at", error.Message, StringComparison.Ordinal);
            Assert.Contains("as a job like it was", error.Message, StringComparison.Ordinal);
            Assert.Contains("are free until then", error.Message, StringComparison.Ordinal);
        }

        await _fabric.Job("d-second").Submit(Deadline(JobSamples.Spec("d-second", batchSize: 30), TimeSpan.FromHours(1)));
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("d-second")).State);
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Learn_WhenRepeated_KeepsTheBestOfEachKind()
    {
        var grain = _fabric.Grains.GetGrain<ISpeedGrain>("d-tenant");
        Assert.Empty(await grain.Get("net"));
        await grain.Learn("net", [Speed("k", 2), Speed("j", 1)]);
        await grain.Learn("net", [Speed("k", 1), Speed("j", 3)]);
        await grain.Learn("other", []);
        await _fabric.DeactivateAsync(grain);
        Assert.Equal([("j", 3.0), ("k", 2.0)], (await grain.Get("net")).Select(speed => (speed.Kind, speed.SamplesPerGflop)));
        Assert.Empty(await grain.Get("other"));
    }

    private static JobSpec Deadline(JobSpec spec, TimeSpan deadline) => spec with { Resources = spec.Resources with { Deadline = deadline } };

    private static KindSpeed Speed(string kind, double samples) => new() { Kind = kind, SamplesPerGflop = samples };
}
