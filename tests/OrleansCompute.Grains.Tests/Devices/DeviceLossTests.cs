using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Devices;

public sealed class DeviceLossTests
{
    [Fact]
    public async Task RecordReadings_WhenTheSiloIsKilled_TheTwinIsRebuiltExactly()
    {
        await using var fabric = await FabricCluster.StartAsync([new TestNode("a"), new TestNode("b")]);
        var device = fabric.Device("mote");
        await device.Provision();
        var readings = Enumerable.Range(1, 120).Select(i => DeviceSamples.Reading(i, i < 100 ? 20 + (i % 3 * 0.1) : 80)).ToArray();
        foreach (var part in readings.Chunk(30))
        {
            await fabric.Storage.Telemetry.AppendReadingsAsync(FabricCluster.TenantName, "mote", part, CancellationToken.None);
            await device.RecordReadings("c", [.. part]);
        }

        var before = await device.GetStatus();
        await fabric.KillAsync(fabric.NodeOf(device)!);
        var after = await device.GetStatus();
        Assert.Equal(120, after.Readings);
        Assert.Equal((before.Readings, before.AlarmsRaised), (after.Readings, after.AlarmsRaised));
        Assert.Equal(before.LastValues.AsEnumerable(), after.LastValues.AsEnumerable());
        Assert.Equal(100, Assert.Single(await device.GetAlarms()).RaisedAtSequence);
    }
}
