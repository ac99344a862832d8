using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Jobs;

internal static class JobSamples
{
    public const string Data = "bands";

    public static JobSpec Spec(string name, int min = 1, int max = 1, int epochs = 1, int batchSize = 50) => new()
    {
        Tenant = FabricCluster.TenantName,
        Name = name,
        Pool = FabricCluster.PoolName,
        Model = new ModelSpec
        {
            Name = $"{name}-model",
            InputShape = [1, SampleData.Side, SampleData.Side],
            Layers =
            [
                new LayerSpec { Kind = LayerKind.Dense, Units = 16, Relu = true },
                new LayerSpec { Kind = LayerKind.Dense, Units = SampleData.Classes },
            ],
        },
        Data = new DataSpec { Dataset = Data },
        Training = new TrainingSpec { Epochs = epochs, BatchSize = batchSize, LearningRate = 0.01 },
        Resources = new ResourceSpec { MinAccelerators = min, MaxAccelerators = max },
    };

    /// <summary>A job that would take minutes: it ends only when something ends it.</summary>
    public static JobSpec Endless(string name, int min = 1, int max = 1) => Spec(name, min, max, epochs: 1000, batchSize: 1);

    /// <summary>The same job, which keeps what it gets.</summary>
    public static JobSpec Fixed(JobSpec spec) => spec with { Resources = spec.Resources with { Preemptible = false } };

    public static Task<JobStatus> WaitAsync(this FabricCluster fabric, string job, Func<JobStatus, bool> until, string what) =>
        Eventually.GetAsync(() => fabric.Job(job).GetStatus(), until, $"job {job}: {what}", TimeSpan.FromSeconds(60));

    public static Task<JobStatus> EndAsync(this FabricCluster fabric, string job) =>
        fabric.WaitAsync(job, status => status.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled, "its end");

    public static Task<JobStatus> TrainingAsync(this FabricCluster fabric, string job) =>
        fabric.WaitAsync(job, status => status is { State: JobState.Running, Progress.Step: > 0 }, "progress");

    public static Task<PoolSnapshot> PoolAsync(this FabricCluster fabric, Func<PoolSnapshot, bool> until, string what) =>
        Eventually.GetAsync(() => fabric.Pool.GetStatus(), until, what);

    /// <summary>Nobody holds or waits for anything, and the nodes agree.</summary>
    public static Task<PoolSnapshot> IdleAsync(this FabricCluster fabric) => fabric.PoolAsync(
        pool => pool.Leases.IsEmpty && pool.Queue.IsEmpty && pool.Nodes.All(node => node.Accelerators.All(a => a.Lease is null)),
        "the pool is idle: every lease given back");
}
