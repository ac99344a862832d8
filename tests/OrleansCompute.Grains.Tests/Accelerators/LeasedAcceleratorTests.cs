using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Shards;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.Tensors.Values;
using AcceleratorCatalogue = OrleansCompute.Tensors.Accelerators.AcceleratorCatalogue;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Accelerators;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Grains.Tests.Accelerators;

public sealed class LeasedAcceleratorTests : IDisposable
{
    private readonly HostedAccelerator _accelerator = new(new AcceleratorOptions(), AcceleratorCatalogue.CreateDefault(), TimeProvider.System);

    public void Dispose() => _accelerator.Dispose();

    [Fact]
    public void Allocate_BeyondTheShare_IsRefusedWithShareAndRequestAndTheNeighbourIsUnaffected()
    {
        var first = Lease(1, "small", 1 << 20);
        var second = Lease(2, "large", 64 << 20);
        var held = first.Device.Memory.Allocate(1 << 19);
        var error = Assert.Throws<MemoryBudgetException>(() => first.Device.Memory.Allocate(1 << 20));
        Assert.Contains("acme/small asks for 1048576 bytes more", error.Message, StringComparison.Ordinal);
        Assert.Contains("its share of the memory is 1048576 bytes, of which 524288 are in use", error.Message, StringComparison.Ordinal);

        Assert.NotNull(second.Device.Memory.Allocate(32 << 20));
        Assert.NotNull(first.Device.Memory.Allocate(1 << 19));
        Assert.Equal(1 << 20, first.Device.Monitor.Read().MemoryUsedBytes);
        Assert.Equal(32 << 20, second.Device.Monitor.Read().MemoryUsedBytes);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task Step_WhenTheModelNeedsMoreThanTheShare_FailsForItAloneAndTheNeighbourTrains()
    {
        var dataset = Dataset();
        var tight = Lease(1, "tight", 4096);
        var roomy = Lease(2, "roomy", 64 << 20);
        var error = await Assert.ThrowsAsync<MemoryBudgetException>(
            () => tight.RunAsync(() => new ShardReplicaWork(JobSamples.Spec("tight"), dataset, tight.Device, TimeProvider.System)));
        Assert.Contains("acme/tight", error.Message, StringComparison.Ordinal);
        using var work = await roomy.RunAsync(() => new ShardReplicaWork(JobSamples.Spec("roomy"), dataset, roomy.Device, TimeProvider.System));
        Assert.Equal(20, await roomy.RunAsync(() => work.TrainStep(0, 20)));
    }

    [Fact]
    public async Task Run_WhenTheLeaseEnded_IsRefusedAndTheMemoryGoesWithTheLastUser()
    {
        var leased = Lease(1, "gone", 1 << 20);
        leased.Enter();
        leased.Close("Lease 1 expired.");
        var error = await Assert.ThrowsAsync<AcceleratorShareClosedException>(() => leased.RunAsync(() => 1));
        Assert.Equal("Lease 1 expired.", error.Message);
        Assert.NotNull(leased.Device.Memory.Allocate(16));
        leased.Leave();
        Assert.Throws<ObjectDisposedException>(() => leased.Device.Memory.Allocate(16));
    }

    [Fact]
    public void Require_WhenTheLeaseIsNotOpen_SaysSo()
    {
        var options = new NodeOptions { Name = "left" };
        options.Accelerators.Add(new AcceleratorOptions());
        using var host = new AcceleratorHost(Microsoft.Extensions.Options.Options.Create(options), AcceleratorCatalogue.CreateDefault(), TimeProvider.System);
        var lease = Record(4, "job", 0);
        host.Open(lease);
        Assert.Equal(lease, host.Require(lease).Lease);
        host.Close(4, "done");
        host.Close(4, "done");
        Assert.Contains("Lease 4 of acme/job", Assert.Throws<LeaseLostException>(() => host.Require(lease)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenTwoTrainOnOneAccelerator_EachGetsItsShareOfTheTime()
    {
        var dataset = Dataset();
        var quarter = Lease(1, "quarter", 64 << 20, 0.25);
        var rest = Lease(2, "rest", 64 << 20, 0.75);
        var total = TimeSpan.FromMilliseconds(400);
        var loops = new[] { quarter, rest }.Select(async leased =>
        {
            using var work = await leased.RunAsync(() => new ShardReplicaWork(JobSamples.Spec("x"), dataset, leased.Device, TimeProvider.System));
            for (long step = 0; quarter.BusyTime + rest.BusyTime < total; step++)
            {
                await leased.RunAsync(() => work.TrainStep(step, 200));
            }
        });
        await Task.WhenAll(loops.Select(loop => Task.Run(() => loop))).OrFailAsync("both trained");

        // Real steps on a real clock: only the order is certain, the figures are the benchmark's business.
        Assert.True(quarter.BusyTime < rest.BusyTime, $"{quarter.BusyTime} of {quarter.BusyTime + rest.BusyTime}");
    }

    private static ImageDataset Dataset()
    {
        var (images, labels) = SampleData.Make(200, 1);
        using var imageStream = new MemoryStream(images);
        using var labelStream = new MemoryStream(labels);
        var pixels = IdxImages.Read(imageStream, "images");
        return new ImageDataset(pixels.Pixels, IdxLabels.Read(labelStream, "labels").Values, pixels.Rows, pixels.Columns, SampleData.Classes);
    }

    private LeasedAccelerator Lease(long id, string job, long memoryBytes, double share = 0.5) =>
        new(_accelerator, Record(id, job, memoryBytes) with { ComputeShareFraction = share });

    private static Lease Record(long id, string job, long memoryBytes) => new()
    {
        Id = id,
        Pool = "default",
        Tenant = "acme",
        Job = job,
        Node = "left",
        NodeIncarnation = 1,
        Accelerator = "cpu0",
        ScoreGflops = 1,
        GrantedAt = DateTimeOffset.UnixEpoch,
        MemoryBytes = memoryBytes,
    };
}
