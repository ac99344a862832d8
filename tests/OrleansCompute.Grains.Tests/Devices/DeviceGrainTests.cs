using System.Security.Cryptography;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Devices;

[Collection(SharedFabricCollection.Name)]
public sealed class DeviceGrainTests(SharedFabric shared)
{
    private readonly FabricCluster _fabric = shared.Fabric;

    [Fact]
    public async Task Authenticate_WhenProvisionedAgain_OnlyTheNewSecretHolds()
    {
        var device = _fabric.Device("d-auth");
        Assert.False(await device.Authenticate("anything"));
        var first = await device.Provision();
        Assert.True(await device.Authenticate(first.Secret));
        Assert.False(await device.Authenticate(first.Secret[1..]));
        Assert.False(await device.Authenticate(""));
        var second = await device.Provision();
        await _fabric.DeactivateAsync(device);
        Assert.False(await device.Authenticate(first.Secret));
        Assert.True(await device.Authenticate(second.Secret));
        Assert.Equal("acme/d-auth", second.UserName);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(second.ModelPublicKey), out _);
        Assert.Contains("d-auth", await _fabric.Tenant.List(TenantResource.Device));
    }

    [Fact]
    public async Task Provision_WhenTenantIsUnknown_IsNotFound() =>
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Grains.GetGrain<IDeviceGrain>("nobody/d").Provision());

    [Fact]
    public async Task GetStatus_WhenNeverProvisioned_IsNotFound()
    {
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Device("d-none").GetStatus());
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Device("d-none").GetAlarms());
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Device("d-none").SetDesiredModel(DeviceSamples.Desired(1), null));
    }

    [Fact]
    public async Task Attach_WhenASecondConnectionComes_TheNewestWins()
    {
        var device = await ProvisionedAsync("d-attach");
        var (old, young) = (new LinkProbe(), new LinkProbe());
        await device.Attach(_fabric.Grains.CreateObjectReference<IDeviceLink>(old), DeviceSamples.Connection("old"));
        await device.Attach(_fabric.Grains.CreateObjectReference<IDeviceLink>(young), DeviceSamples.Connection("young"));
        Assert.False(await device.RecordReadings("old", [DeviceSamples.Reading(1, 20)]));
        Assert.True(await device.RecordReadings("young", [DeviceSamples.Reading(2, 20)]));

        await device.Detach("old", "late news of the old connection");
        Assert.Equal("young", (await device.GetStatus()).Connection?.ConnectionId);
        await device.Detach("young", "closed");
        Assert.Null((await device.GetStatus()).Connection);
        Assert.False(await device.RecordInferences("young", 3));
        Assert.Equal((2L, 3L), ((await device.GetStatus()).Readings, (await device.GetStatus()).Inferences));
        GC.KeepAlive(old);
        GC.KeepAlive(young);
    }

    [Fact]
    public async Task SetDesiredModel_WhenConnected_IsOfferedToTheNewestLinkOnly()
    {
        var device = await ProvisionedAsync("d-offer");
        var (old, young) = (new LinkProbe(), new LinkProbe());
        await device.Attach(_fabric.Grains.CreateObjectReference<IDeviceLink>(old), DeviceSamples.Connection("old"));
        Assert.Null(await device.Attach(_fabric.Grains.CreateObjectReference<IDeviceLink>(young), DeviceSamples.Connection("young")));
        await device.SetDesiredModel(DeviceSamples.Desired(7), rollout: null);
        Assert.Equal(7, (await young.Offers.ReadAsync().AsTask().OrFailAsync("the offer at the newest link")).Issue);
        Assert.False(old.Offers.TryRead(out _));
        GC.KeepAlive(old);
    }

    [Fact]
    public async Task Attach_WhenAModelIsDesired_ReturnsItAlsoAfterDeactivation()
    {
        var device = await ProvisionedAsync("d-desired");
        await device.SetDesiredModel(DeviceSamples.Desired(9), rollout: null);
        await _fabric.DeactivateAsync(device);
        var link = new LinkProbe();
        var desired = await device.Attach(_fabric.Grains.CreateObjectReference<IDeviceLink>(link), DeviceSamples.Connection("c"));
        Assert.Equal(DeviceSamples.Desired(9), desired);
        GC.KeepAlive(link);
    }

    [Fact]
    public async Task RecordReadings_WhenRepeated_TakesEachSequenceOnceAndKeepsTheNewestValue()
    {
        var device = await ProvisionedAsync("d-dedupe");
        await device.RecordReadings("c", [DeviceSamples.Reading(1, 20), DeviceSamples.Reading(2, 21)]);
        await device.RecordReadings("c", [DeviceSamples.Reading(2, 99), DeviceSamples.Reading(3, 22)]);
        await device.RecordReadings("c", [DeviceSamples.Reading(1, 99)]);
        var status = await device.GetStatus();
        Assert.Equal((3L, 2L), (status.Readings, status.TwinUpdates));
        var value = Assert.Single(status.LastValues);
        Assert.Equal(("temperature", 22, DeviceSamples.At(3)), (value.Name, value.Value, value.MeasuredAt));
        Assert.NotNull(status.LastSeenAt);
    }

    [Fact]
    public async Task RecordReadings_WhenAValueJumps_RaisesAnAlarmAndClearsIt()
    {
        var device = await ProvisionedAsync("d-alarm");
        await device.RecordReadings("c", [.. Enumerable.Range(1, 100).Select(i => DeviceSamples.Reading(i, 20 + (i % 3 * 0.1)))]);
        Assert.Empty(await device.GetAlarms());
        await device.RecordReadings("c", [.. Enumerable.Range(101, 5).Select(i => DeviceSamples.Reading(i, 80))]);
        var raised = Assert.Single(await device.GetAlarms());
        Assert.Equal((101L, null, "d-alarm"), (raised.RaisedAtSequence, raised.ClearedAtSequence, raised.Device));
        Assert.Contains("temperature is 80", raised.Text, StringComparison.Ordinal);
        Assert.Equal((1L, 1), ((await device.GetStatus()).AlarmsRaised, (await device.GetStatus()).AlarmsActive));

        await _fabric.DeactivateAsync(device);
        await device.RecordReadings("c", [.. Enumerable.Range(106, 20).Select(i => DeviceSamples.Reading(i, 20 + (i % 3 * 0.1)))]);
        var cleared = Assert.Single(await device.GetAlarms());
        Assert.InRange(cleared.ClearedAtSequence ?? 0, 106, 125);
        Assert.Equal((1L, 0), ((await device.GetStatus()).AlarmsRaised, (await device.GetStatus()).AlarmsActive));
    }

    [Fact]
    public async Task Activation_WhenReadingsWereStoredMeanwhile_CatchesUpWithoutCountingTwice()
    {
        var device = await ProvisionedAsync("d-catch-up");
        await StoreAndRecordAsync(device, "d-catch-up", 1, 10);
        await _fabric.DeactivateAsync(device);

        // Acknowledged, and the gateway's call to the twin was lost.
        await StoreAsync("d-catch-up", 11, 25);
        Assert.Equal(25, (await device.GetStatus()).Readings);
        await device.RecordReadings("c", [DeviceSamples.Reading(25, 20), DeviceSamples.Reading(26, 21)]);
        Assert.Equal(26, (await device.GetStatus()).Readings);
    }

    [Fact]
    public async Task RecordReport_WhenRead_IsTheLastOne()
    {
        var device = await ProvisionedAsync("d-report");
        await device.RecordReport("c", new DeviceReport { AgentVersion = "1", ModelName = "m", ModelVersion = 1 });
        var last = new DeviceReport { AgentVersion = "1", ModelName = "m", ModelVersion = 2, UpdateState = ModelUpdateState.Running };
        await device.RecordReport("c", last);
        await _fabric.DeactivateAsync(device);
        Assert.Equal(last, (await device.GetStatus()).Report);
    }

    private async Task<IDeviceGrain> ProvisionedAsync(string name)
    {
        var device = _fabric.Device(name);
        await device.Provision();
        return device;
    }

    private async Task StoreAndRecordAsync(IDeviceGrain device, string name, int from, int to)
    {
        await StoreAsync(name, from, to);
        await device.RecordReadings("c", [.. Enumerable.Range(from, to - from + 1).Select(i => DeviceSamples.Reading(i, 20))]);
    }

    private async Task StoreAsync(string name, int from, int to) => await _fabric.Storage.Telemetry.AppendReadingsAsync(
        FabricCluster.TenantName, name, [.. Enumerable.Range(from, to - from + 1).Select(i => DeviceSamples.Reading(i, 20))], CancellationToken.None);
}
