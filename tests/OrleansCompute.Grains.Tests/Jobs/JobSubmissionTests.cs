using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Jobs;

[Collection(SharedFabricCollection.Name)]
public sealed class JobSubmissionTests(SharedFabric shared) : IAsyncLifetime
{
    private readonly FabricCluster _fabric = shared.Fabric;

    public async Task InitializeAsync() => await _fabric.AddDatasetAsync(JobSamples.Data);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Submit_WhenThePoolCanNeverRunIt_IsRefusedAndTheNameStaysFree()
    {
        await RefusedAsync<FabricRefusedException>(JobSamples.Spec("j-big", min: 3, max: 3), "minAccelerators is 3; the pool has 2 that fit");
        var kinds = JobSamples.Spec("j-big") with { Resources = new ResourceSpec { Kinds = ["gpu.tpu"] } };
        await RefusedAsync<FabricRefusedException>(kinds, "of kind gpu.tpu");
        await _fabric.Job("j-big").Submit(JobSamples.Spec("j-big"));
        Assert.Equal(JobState.Succeeded, (await _fabric.EndAsync("j-big")).State);
    }

    [Fact]
    public async Task Submit_WhenAboveTheTenantsLimit_IsRefused()
    {
        await _fabric.Grains.GetGrain<ITenantGrain>("small").Configure(new TenantSpec { Name = "small", MaxAccelerators = 1 });
        var (images, labels) = SampleData.Make();
        await _fabric.Grains.GetGrain<Contracts.Datasets.IDatasetGrain>($"small/{JobSamples.Data}")
            .AddVersion(await _fabric.PutAsync(images), await _fabric.PutAsync(labels));
        var spec = JobSamples.Spec("j-limit", min: 2, max: 2) with { Tenant = "small" };
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Grains.GetGrain<IJobGrain>("small/j-limit").Submit(spec));
        Assert.Contains("tenant small may hold at most 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WhenTheNameIsTaken_IsRefused()
    {
        await _fabric.Job("j-twice").Submit(JobSamples.Spec("j-twice"));
        await RefusedAsync<FabricRefusedException>(JobSamples.Spec("j-twice"), "'j-twice' is taken");
        await _fabric.EndAsync("j-twice");
        await _fabric.DeactivateAsync(_fabric.Job("j-twice"));
        await RefusedAsync<FabricRefusedException>(JobSamples.Spec("j-twice"), "'j-twice' is taken");
    }

    [Fact]
    public async Task Submit_WhenDataOrModelDoNotFit_IsRefused()
    {
        var good = JobSamples.Spec("j-fit");
        await RefusedAsync<FabricNotFoundException>(good with { Data = new DataSpec { Dataset = "nowhere" } }, "nowhere");
        await RefusedAsync<FabricNotFoundException>(good with { Data = good.Data with { Version = 99 } }, "version 99");
        await RefusedAsync<FabricNotFoundException>(good with { Data = good.Data with { Validation = "nowhere" } }, "nowhere");
        await RefusedAsync<FabricRefusedException>(good with { Model = good.Model with { InputShape = [1, 9, 8] } }, "[1, 9, 8]");
        await RefusedAsync<FabricRefusedException>(
            good with { Model = good.Model with { Layers = [new LayerSpec { Kind = LayerKind.Dense, Units = 2 }] } }, "has 3 classes");
        await RefusedAsync<FabricRefusedException>(good with { Training = good.Training with { Epochs = 0 } }, "training.epochs is 0; allowed: 1 to 1000");
        await RefusedAsync<FabricRefusedException>(good with { Name = "j-other" }, "acme/j-other");
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Job("j-fit").GetStatus());
    }

    [Fact]
    public async Task Submit_WhenOneAcceleratorIsEnough_TrainsAndPublishes()
    {
        await _fabric.AddDatasetAsync("checks", count: 60, seed: 5);
        var spec = JobSamples.Spec("j-one", epochs: 12, batchSize: 20);
        await _fabric.Job("j-one").Submit(spec with { Data = spec.Data with { Validation = "checks" } });
        var status = await _fabric.EndAsync("j-one");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.InRange(status.Result!.Accuracy ?? 0, 0.9, 1);
        Assert.Equal((2400L, 2400L), (status.Progress!.SamplesDone, status.Progress.SamplesTotal));
        Assert.NotEmpty(status.LossCurve);
        Assert.True(status.LossCurve[^1].Loss < status.LossCurve[0].Loss);
        var model = await _fabric.Model("j-one-model").Get(status.Result.ModelVersion);
        Assert.Equal(("acme/j-one", "bands@1"), (model.Lineage.Job, model.Lineage.Dataset));
        Assert.Equal(status.Result.Accuracy, model.Metrics["accuracy"]);
        Assert.NotNull(_fabric.Storage.Artifacts.Find(model.Sha256));
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenAnEfficiencyWindowIsAsked_MeasuresEveryWorkerAlone()
    {
        var spec = JobSamples.Spec("j-window", min: 2, max: 2, epochs: 2);
        await _fabric.Job("j-window").Submit(spec with { Training = spec.Training with { EfficiencyWindowSeconds = 0.05 } });
        var status = await _fabric.EndAsync("j-window");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.True(status.Result!.HeterogeneousEfficiency > 0);
        Assert.All(status.Result.Workers, worker => Assert.True(worker.AloneImagesPerSecond > 0));
    }

    [Fact]
    public async Task Submit_WhenTheDataIsGoneFromTheStore_FailsOnceWithTheReason()
    {
        // Decoded on the silo that added it, so that only the other node must read the files.
        var data = await _fabric.AddDatasetAsync("gone", seed: 77);
        foreach (var file in Directory.EnumerateFiles(_fabric.Storage.DataFolder, $"*{data.ImagesSha256[8..]}*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        Assert.Null(_fabric.Storage.Artifacts.Find(data.ImagesSha256));
        await _fabric.Job("j-gone").Submit(JobSamples.Spec("j-gone", 2, 2) with { Data = new DataSpec { Dataset = "gone" } });
        var status = await _fabric.EndAsync("j-gone");
        Assert.Equal((JobState.Failed, 1), (status.State, status.Generation));
        Assert.Contains(data.ImagesSha256, status.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Model("j-gone-model").Get(0));
        await _fabric.IdleAsync();
    }

    private async Task RefusedAsync<T>(JobSpec spec, string expected)
        where T : Exception
    {
        var name = spec.Name == "j-other" ? "j-fit" : spec.Name;
        var error = await Assert.ThrowsAsync<T>(() => _fabric.Job(name).Submit(spec));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
