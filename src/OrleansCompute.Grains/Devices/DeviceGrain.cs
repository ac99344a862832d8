using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Security;
using OrleansCompute.Scheduling.Alarms;

namespace OrleansCompute.Grains.Devices;

/// <inheritdoc cref="IDeviceGrain"/>
/// <remarks>
/// The twin is written back at most every <see cref="WriteBackPeriod"/>: the readings behind it are durable already, so after a
/// crash it takes those that it missed from the telemetry store and is exact again.
/// </remarks>
internal sealed class DeviceGrain(
    [PersistentState("device")] IPersistentState<DeviceState> storage,
    ITelemetryStore telemetry,
    IModelSigner signer,
    TimeProvider clock) : Grain, IDeviceGrain
{
    private const int CatchUpBatch = 10_000;

    private static readonly TimeSpan WriteBackPeriod = TimeSpan.FromSeconds(5);
    private string _tenant = "";
    private string _device = "";
    private DeviceTwin _twin = null!;
    private DeviceConnection? _connection;
    private IDeviceLink? _link;
    private bool _dirty;

    private DeviceState State => storage.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_tenant, _device) = FabricKey.Split(this.GetPrimaryKeyString());
        _twin = new DeviceTwin(_device, State, new DeviationRuleOptions());
        while (State.SecretHash is not null)
        {
            var missed = await telemetry.ReadReadingsAsync(_tenant, _device, State.LastSequence, CatchUpBatch, cancellationToken);
            _dirty |= _twin.Apply(missed) > 0;
            if (missed.Count < CatchUpBatch)
            {
                break;
            }
        }

        this.RegisterGrainTimer(
            static (grain, _) => grain.WriteBackAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = WriteBackPeriod, Period = WriteBackPeriod });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => WriteBackAsync();

    public async Task<DeviceCredentials> Provision()
    {
        FabricNames.Require("device", _device);
        await GrainFactory.GetGrain<ITenantGrain>(_tenant).Register(TenantResource.Device, _device);
        var secret = Secrets.Create();
        State.SecretHash = Secrets.Hash(secret);
        await storage.WriteStateAsync();
        return new DeviceCredentials
        {
            Tenant = _tenant,
            Device = _device,
            UserName = FabricKey.Of(_tenant, _device),
            Secret = secret,
            ModelPublicKey = Convert.ToBase64String(signer.PublicKey.Span),
        };
    }

    public Task<bool> Authenticate(string secret) =>
        Task.FromResult(State.SecretHash is { } hash && Secrets.Verify(secret, hash));

    public Task<DesiredModel?> Attach(IDeviceLink link, DeviceConnection connection)
    {
        _link = link;
        _connection = connection;
        Seen();
        return Task.FromResult(State.DesiredModel);
    }

    public Task Detach(string connectionId, string cause)
    {
        if (_connection?.ConnectionId == connectionId)
        {
            _connection = null;
            _link = null;
            Seen();
        }

        return Task.CompletedTask;
    }

    public Task<bool> RecordReadings(string connectionId, ImmutableArray<Reading> readings)
    {
        _twin.Apply(readings);
        Seen();
        return Task.FromResult(Knows(connectionId));
    }

    public Task<bool> RecordInferences(string connectionId, int count)
    {
        State.Inferences += count;
        Seen();
        return Task.FromResult(Knows(connectionId));
    }

    public async Task<bool> RecordReport(string connectionId, DeviceReport report)
    {
        var changed = State.Report?.UpdateState != report.UpdateState || State.Report?.UpdateIssue != report.UpdateIssue;
        State.Report = report;
        Seen();
        if (changed)
        {
            await WriteBackAsync();
        }

        if (State.Rollout is { } rollout)
        {
            await GrainFactory.GetGrain<IRolloutGrain>(FabricKey.Of(_tenant, rollout)).DeviceReported(_device, report);
        }

        return Knows(connectionId);
    }

    public async Task SetDesiredModel(DesiredModel model, string? rollout)
    {
        RequireProvisioned();
        State.DesiredModel = model;
        State.Rollout = rollout;
        await storage.WriteStateAsync();
        _link?.Offer(model);
    }

    public async Task ClearDesiredModel(string model, long issue)
    {
        RequireProvisioned();
        if (State.DesiredModel is { } desired && desired.Name == model && desired.Issue == issue)
        {
            State.DesiredModel = null;
            State.Rollout = null;
            await storage.WriteStateAsync();
        }
    }

    public Task<DeviceStatus> GetStatus()
    {
        RequireProvisioned();
        return Task.FromResult(new DeviceStatus
        {
            Tenant = _tenant,
            Device = _device,
            Connection = _connection,
            LastSeenAt = State.LastSeenAt,
            LastValues = [.. State.LastValues.Values.OrderBy(value => value.Name, StringComparer.Ordinal)],
            Readings = State.Readings,
            TwinUpdates = State.TwinUpdates,
            Inferences = State.Inferences,
            DesiredModel = State.DesiredModel,
            Report = State.Report,
            AlarmsRaised = State.AlarmsRaised,
            AlarmsActive = State.Alarms.Count(alarm => alarm.ClearedAtSequence is null),
        });
    }

    public Task<ImmutableArray<Alarm>> GetAlarms()
    {
        RequireProvisioned();
        return Task.FromResult<ImmutableArray<Alarm>>([.. State.Alarms]);
    }

    private bool Knows(string connectionId) => _connection?.ConnectionId == connectionId;

    private void Seen()
    {
        State.LastSeenAt = clock.GetUtcNow();
        _dirty = true;
    }

    private async Task WriteBackAsync()
    {
        if (_dirty && State.SecretHash is not null)
        {
            _dirty = false;
            await storage.WriteStateAsync();
        }
    }

    private void RequireProvisioned()
    {
        if (State.SecretHash is null)
        {
            throw new FabricNotFoundException(
                $"There is no device '{_device}' of tenant '{_tenant}'; provision it with POST /api/v1/tenants/{_tenant}/devices/{_device}.");
        }
    }
}
