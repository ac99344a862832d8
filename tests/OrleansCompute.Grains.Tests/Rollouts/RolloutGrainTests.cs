using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Rollouts;

public sealed class RolloutGrainTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync([new TestNode("left"), new TestNode("right")], _clock);
        foreach (var device in new[] { "d1", "d2", "d3" })
        {
            await _fabric.Device(device).Provision();
        }

        await PublishAsync([1]);
        await PublishAsync([2]);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Start_WhenBegun_OffersToTheFirstWaveOnly()
    {
        var status = await _fabric.Rollout("r").Start(Spec("r"));
        Assert.Equal((RolloutState.Running, 2), (status.State, status.Spec.Version));
        Assert.Equal([1, 2, 2], status.Devices.Select(device => device.Wave));
        Assert.Equal([true, false, false], status.Devices.Select(device => device.Offered));
        Assert.Equal(2, (await _fabric.Device("d1").GetStatus()).DesiredModel?.Version);
        Assert.Null((await _fabric.Device("d2").GetStatus()).DesiredModel);
        Assert.Contains("r", await _fabric.Tenant.List(TenantResource.Rollout));
    }

    [Fact]
    public async Task DeviceReported_WhenEveryWaveRuns_Completes()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        await ReportAsync("d1", ModelUpdateState.Downloading);
        await WaitAsync(status => status.Devices[0].State == ModelUpdateState.Downloading, "the first device's download");
        Assert.Equal([true, false, false], (await _fabric.Rollout("r").GetStatus()).Devices.Select(device => device.Offered));
        await ReportAsync("d1", ModelUpdateState.Running);
        await WaitAsync(status => status.Devices.All(device => device.Offered), "the offer to the second wave");
        await ReportAsync("d2", ModelUpdateState.Running);
        var half = await WaitAsync(status => status.Devices[1].State == ModelUpdateState.Running, "the second device runs");
        Assert.Equal(RolloutState.Running, half.State);
        await ReportAsync("d3", ModelUpdateState.Running);
        var end = await WaitAsync(status => status.State == RolloutState.Completed, "the end of the roll-out");
        Assert.NotNull(end.FinishedAt);
        var issues = end.Devices.Select(device => device.Issue).ToList();
        Assert.Equal(issues.Distinct().Order(), issues);
    }

    [Fact]
    public async Task DeviceReported_WhenOfAnOlderIssue_ChangesNothing()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        var report = Report(ModelUpdateState.Running, (await _fabric.Device("d1").GetStatus()).DesiredModel!.Issue - 1, 2);
        await _fabric.Device("d1").RecordReport("c", report);
        await _fabric.Device("d2").RecordReport("c", report);
        await ReportAsync("d1", ModelUpdateState.Verifying);
        var status = await WaitAsync(status => status.Devices[0].State == ModelUpdateState.Verifying, "the true report");
        Assert.Equal([true, false, false], status.Devices.Select(device => device.Offered));
    }

    [Fact]
    public async Task DeviceReported_WhenADeviceRefuses_RollsBackWhatWasOffered()
    {
        foreach (var device in new[] { "d1", "d2", "d3" })
        {
            await _fabric.Device(device).RecordReport("c", Report(ModelUpdateState.Running, 0, 1));
        }

        await _fabric.Rollout("r").Start(Spec("r"));
        await ReportAsync("d1", ModelUpdateState.Running);
        await WaitAsync(status => status.Devices.All(device => device.Offered), "the offer to the second wave");
        var refusedIssue = (await _fabric.Device("d2").GetStatus()).DesiredModel!.Issue;
        await ReportAsync("d2", ModelUpdateState.Refused, "the signature does not verify");
        var end = await WaitAsync(status => status.State == RolloutState.RolledBack, "the roll-back");
        Assert.Contains("d2", end.Reason, StringComparison.Ordinal);
        Assert.Contains("the signature does not verify", end.Reason, StringComparison.Ordinal);
        foreach (var device in new[] { "d1", "d2", "d3" })
        {
            var restored = await Eventually.GetAsync(
                () => _fabric.Device(device).GetStatus(), status => status.DesiredModel?.Version == 1, $"device {device} is offered version 1 again");
            Assert.True(restored.DesiredModel!.Issue > refusedIssue);
        }
    }

    [Fact]
    public async Task DeviceReported_WhenTheFirstWaveRefuses_TheOthersAreNeverOffered()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        await ReportAsync("d1", ModelUpdateState.Failed, "out of memory");
        await WaitAsync(status => status.State == RolloutState.RolledBack, "the roll-back");
        Assert.Null((await _fabric.Device("d2").GetStatus()).DesiredModel);
        Assert.Null((await _fabric.Device("d3").GetStatus()).DesiredModel);

        // It ran no model before: then the one that failed is not its model either.
        await Eventually.GetAsync(
            () => _fabric.Device("d1").GetStatus(), status => status.DesiredModel is null, "the failed model is taken back");
    }

    [Fact]
    public async Task RollBack_WhenTheDeviceHasANewerModelSince_LeavesIt()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        var desired = (await _fabric.Device("d1").GetStatus()).DesiredModel!;
        await _fabric.Device("d1").ClearDesiredModel(desired.Name, desired.Issue + 1);
        Assert.Equal(desired, (await _fabric.Device("d1").GetStatus()).DesiredModel);
        var newer = desired with { Issue = desired.Issue + 100, Version = 1 };
        await _fabric.Device("d1").SetDesiredModel(newer, "r");
        await _fabric.Device("d1").RecordReport("c", Report(ModelUpdateState.Failed, desired.Issue, 2));
        await WaitAsync(status => status.State == RolloutState.RolledBack, "the roll-back");
        Assert.Equal(newer, (await _fabric.Device("d1").GetStatus()).DesiredModel);
    }

    [Fact]
    public async Task AskDevices_WhenTheReportNeverCame_GoesOnAfterAsking()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        var desired = (await _fabric.Device("d1").GetStatus()).DesiredModel!;

        // Detached from its roll-out, the device tells nobody: as good as a message that was lost.
        await _fabric.Device("d1").SetDesiredModel(desired, rollout: null);
        await ReportAsync("d1", ModelUpdateState.Running);
        Assert.Equal(ModelUpdateState.None, (await _fabric.Rollout("r").GetStatus()).Devices[0].State);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await WaitAsync(status => status.Devices.All(device => device.Offered), "the offer to the second wave after asking");
    }

    [Fact]
    public async Task AskDevices_WhenTheOfferNeverCame_OffersAgain()
    {
        var started = await _fabric.Rollout("r").Start(Spec("r"));
        var old = (await _fabric.Device("d1").GetStatus()).DesiredModel! with { Issue = 0, Version = 1 };
        await _fabric.Device("d1").SetDesiredModel(old, rollout: null);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var offered = await Eventually.GetAsync(
            () => _fabric.Device("d1").GetStatus(), status => status.DesiredModel?.Version == 2, "the same offer again");
        Assert.Equal(started.Devices[0].Issue, offered.DesiredModel?.Issue);
        await ReportAsync("d1", ModelUpdateState.Running);
        await WaitAsync(status => status.Devices.All(device => device.Offered), "the offer to the second wave");
    }

    [Fact]
    public async Task GetStatus_WhenReactivated_GoesOn()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        await _fabric.DeactivateAsync(_fabric.Rollout("r"));
        await ReportAsync("d1", ModelUpdateState.Running);
        await WaitAsync(status => status.Devices.All(device => device.Offered), "the offer to the second wave");
    }

    [Fact]
    public async Task Start_WhenTheNameIsTaken_IsRefused()
    {
        await _fabric.Rollout("r").Start(Spec("r"));
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Rollout("r").Start(Spec("r")));
        Assert.Contains("'r' is taken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenASpecIsWrong_IsRefusedAndTheNameStaysFree()
    {
        await RefusedAsync<FabricRefusedException>(Spec("r") with { Devices = [] }, "devices has 0 names");
        await RefusedAsync<FabricRefusedException>(Spec("r") with { Devices = ["d1", "d1"] }, "'d1' 2 times");
        await RefusedAsync<FabricRefusedException>(Spec("r") with { FirstWaveSize = 0 }, "firstWaveSize is 0");
        await RefusedAsync<FabricRefusedException>(Spec("other"), "acme/other");
        await RefusedAsync<FabricNotFoundException>(Spec("r") with { Version = 9 }, "version 9");
        await RefusedAsync<FabricNotFoundException>(Spec("r") with { Devices = ["d1", "d9"] }, "d9");
        Assert.Equal(RolloutState.Running, (await _fabric.Rollout("r").Start(Spec("r"))).State);
    }

    private static RolloutSpec Spec(string name) => new()
    {
        Tenant = FabricCluster.TenantName,
        Name = name,
        Model = "m",
        Devices = ["d1", "d2", "d3"],
    };

    private static DeviceReport Report(ModelUpdateState state, long issue, int version, string detail = "") => new()
    {
        AgentVersion = "1",
        ModelName = "m",
        ModelVersion = version,
        UpdateState = state,
        UpdateIssue = issue,
        Detail = detail,
    };

    private async Task RefusedAsync<T>(RolloutSpec spec, string expected)
        where T : Exception
    {
        var error = await Assert.ThrowsAsync<T>(() => _fabric.Rollout("r").Start(spec));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private async Task ReportAsync(string device, ModelUpdateState state, string detail = "")
    {
        var desired = (await _fabric.Device(device).GetStatus()).DesiredModel!;
        await _fabric.Device(device).RecordReport("c", Report(state, desired.Issue, desired.Version, detail));
    }

    private Task<RolloutStatus> WaitAsync(Func<RolloutStatus, bool> until, string what) =>
        Eventually.GetAsync(() => _fabric.Rollout("r").GetStatus(), until, what);

    private async Task PublishAsync(byte[] content) => await _fabric.Model("m").Publish(new ModelPublication
    {
        Sha256 = await _fabric.PutAsync(content),
        Metrics = ImmutableDictionary<string, double>.Empty,
        Lineage = new ModelLineage { Job = "acme/job", Dataset = "d@1", DataSha256 = new string('d', 64), CodeVersion = "1" },
    });
}
