using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Rollouts;

namespace OrleansCompute.Grains.Rollouts;

/// <inheritdoc cref="IRolloutGrain"/>
internal sealed partial class RolloutGrain(
    [PersistentState("rollout")] IPersistentState<RolloutGrainState> storage, TimeProvider clock, ILogger<RolloutGrain> logger)
    : Grain, IRolloutGrain
{
    private const int MaxDevices = 10_000;

    // Devices tell by themselves; asking makes up for a one-way message, or an offer, that was lost with its silo.
    private static readonly TimeSpan AskPeriod = TimeSpan.FromSeconds(5);

    private RolloutGrainState State => storage.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (grain, _) => grain.AskDevicesAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = AskPeriod, Period = AskPeriod });
        return Task.CompletedTask;
    }

    public async Task<RolloutStatus> Start(RolloutSpec spec)
    {
        Validate(spec);
        var (tenant, name) = FabricKey.Split(this.GetPrimaryKeyString());
        var model = await GrainFactory.GetGrain<IModelGrain>(FabricKey.Of(tenant, spec.Model)).Get(spec.Version);
        var statuses = await Task.WhenAll(spec.Devices.Select(device => Device(tenant, device).GetStatus()));
        await GrainFactory.GetGrain<ITenantGrain>(tenant).Register(TenantResource.Rollout, name);
        State.Spec = spec with { Version = model.Version };
        State.State = RolloutState.Running;
        State.StartedAt = clock.GetUtcNow();
        State.Devices =
        [
            .. statuses.Select((status, i) => new RolloutDevice
            {
                Device = status.Device,
                Wave = i < spec.FirstWaveSize ? 1 : 2,
                PreviousVersion = status.Report?.ModelName == spec.Model ? status.Report.ModelVersion : 0,
            }),
        ];
        await AdvanceAsync();
        return Status();
    }

    public Task<RolloutStatus> GetStatus() => Task.FromResult(Status());

    public async Task DeviceReported(string device, DeviceReport report)
    {
        if (State.State == RolloutState.Running && Note(device, report))
        {
            await AdvanceAsync();
        }
    }

    private static RolloutHealth Health(RolloutDevice device) => device switch
    {
        { Offered: false } => RolloutHealth.NotOffered,
        { State: ModelUpdateState.Running } => RolloutHealth.Running,
        { State: ModelUpdateState.Refused or ModelUpdateState.Failed } => RolloutHealth.Failed,
        _ => RolloutHealth.UnderWay,
    };

    private void Validate(RolloutSpec spec)
    {
        FabricNames.Require("rollout", spec.Name);
        FabricNames.Require("model", spec.Model);
        if (FabricKey.Of(spec.Tenant, spec.Name) != this.GetPrimaryKeyString())
        {
            throw new FabricRefusedException($"The roll-out is '{spec.Tenant}/{spec.Name}'; this is '{this.GetPrimaryKeyString()}'.");
        }

        if (State.Spec is not null)
        {
            throw new FabricRefusedException($"The roll-out name '{spec.Name}' is taken; choose another.");
        }

        if (spec.Devices.IsDefaultOrEmpty || spec.Devices.Length > MaxDevices)
        {
            throw new FabricRefusedException(
                $"devices has {(spec.Devices.IsDefault ? 0 : spec.Devices.Length)} names; allowed: 1 to {MaxDevices}.");
        }

        if (spec.Devices.GroupBy(device => device, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new FabricRefusedException($"devices names '{twice.Key}' {twice.Count()} times; allowed: once.");
        }

        if (spec.FirstWaveSize < 1)
        {
            throw new FabricRefusedException($"firstWaveSize is {spec.FirstWaveSize}; allowed: 1 or more.");
        }
    }

    private bool Note(string device, DeviceReport report)
    {
        var index = State.Devices.FindIndex(member => member.Device == device);
        if (index < 0 || State.Devices[index] is not { Offered: true } known || report.UpdateIssue != known.Issue)
        {
            return false;
        }

        var now = known with { State = report.UpdateState, Detail = report.Detail };
        State.Devices[index] = now;
        return now != known;
    }

    private async Task AdvanceAsync()
    {
        var decision = WaveRolloutPolicy.Decide(
            [.. State.Devices.Select(device => new RolloutDeviceState(device.Device, device.Wave, Health(device), device.Detail))]);
        State.Reason = decision.Reason;
        switch (decision)
        {
            case RolloutDecision.Offer offer:
                await OfferAsync([.. offer.Devices]);
                break;
            case RolloutDecision.RollBack rollBack:
                State.State = RolloutState.RolledBack;
                State.FinishedAt = clock.GetUtcNow();

                // Stored with the decision: whoever is active after a crash goes on with them.
                State.Restoring = [.. rollBack.Devices];
                await storage.WriteStateAsync();
                await RestoreAsync();
                return;
            case RolloutDecision.Complete:
                State.State = RolloutState.Completed;
                State.FinishedAt = clock.GetUtcNow();
                break;
            default:
                break;
        }

        await storage.WriteStateAsync();
    }

    private async Task OfferAsync(HashSet<string> devices)
    {
        var spec = State.Spec!;
        var modelGrain = GrainFactory.GetGrain<IModelGrain>(FabricKey.Of(spec.Tenant, spec.Model));
        var model = await modelGrain.Get(spec.Version);
        for (var i = 0; i < State.Devices.Count; i++)
        {
            if (devices.Contains(State.Devices[i].Device))
            {
                State.Devices[i] = State.Devices[i] with { Offered = true, Issue = await modelGrain.NextIssue() };
            }
        }

        // Written before the offers go out, so that an answer always finds its offer.
        await storage.WriteStateAsync();
        await Task.WhenAll(State.Devices.Where(device => devices.Contains(device.Device)).Select(device =>
            Device(spec.Tenant, device.Device).SetDesiredModel(Desired(model, device.Issue), spec.Name)));
    }

    /// <summary>Gives devices back what they ran before. Those that do not answer stay in the stored list, for the timer.</summary>
    private async Task RestoreAsync()
    {
        var before = State.Restoring.Count;
        foreach (var device in State.Devices.Where(device => State.Restoring.Contains(device.Device)).ToList())
        {
            try
            {
                await RestoreAsync(device);
                State.Restoring.Remove(device.Device);
            }
            catch (Exception exception)
            {
                LogNotRestored(exception, device.Device, this.GetPrimaryKeyString());
            }
        }

        if (State.Restoring.Count < before)
        {
            await storage.WriteStateAsync();
        }
    }

    private async Task RestoreAsync(RolloutDevice device)
    {
        var spec = State.Spec!;
        var grain = Device(spec.Tenant, device.Device);
        var desired = (await grain.GetStatus()).DesiredModel;
        if (desired?.Name != spec.Model || desired.Issue != device.Issue)
        {
            // Restored before, or given something newer since.
            return;
        }

        if (device.PreviousVersion == 0)
        {
            await grain.ClearDesiredModel(spec.Model, device.Issue);
            return;
        }

        var modelGrain = GrainFactory.GetGrain<IModelGrain>(FabricKey.Of(spec.Tenant, spec.Model));
        var previous = await modelGrain.Get(device.PreviousVersion);
        await grain.SetDesiredModel(Desired(previous, await modelGrain.NextIssue()), rollout: null);
    }

    private async Task AskDevicesAsync()
    {
        if (State.Restoring.Count > 0)
        {
            await RestoreAsync();
        }

        if (State.State != RolloutState.Running)
        {
            return;
        }

        var changed = false;
        var spec = State.Spec!;
        foreach (var device in State.Devices.Where(device => Health(device) == RolloutHealth.UnderWay).ToList())
        {
            var status = await Device(spec.Tenant, device.Device).GetStatus();
            if ((status.DesiredModel?.Issue ?? 0) < device.Issue)
            {
                var model = await GrainFactory.GetGrain<IModelGrain>(FabricKey.Of(spec.Tenant, spec.Model)).Get(spec.Version);
                await Device(spec.Tenant, device.Device).SetDesiredModel(Desired(model, device.Issue), spec.Name);
            }

            changed |= status.Report is { } report && Note(device.Device, report);
        }

        if (changed)
        {
            await AdvanceAsync();
        }
    }

    private IDeviceGrain Device(string tenant, string device) => GrainFactory.GetGrain<IDeviceGrain>(FabricKey.Of(tenant, device));

    private static DesiredModel Desired(ModelVersion model, long issue) => new()
    {
        Name = model.Name,
        Version = model.Version,
        Issue = issue,
        Sha256 = model.Sha256,
        SizeBytes = model.SizeBytes,
    };

    [LoggerMessage(5131, LogLevel.Warning, "Device {Device} has not got its model back after roll-out {Rollout}; it is tried again")]
    private partial void LogNotRestored(Exception exception, string device, string rollout);

    private RolloutStatus Status() => new()
    {
        Spec = State.Spec ?? throw new FabricNotFoundException($"There is no roll-out '{this.GetPrimaryKeyString()}'."),
        State = State.State,
        Reason = State.Reason,
        Devices = [.. State.Devices],
        StartedAt = State.StartedAt,
        FinishedAt = State.FinishedAt,
    };
}
