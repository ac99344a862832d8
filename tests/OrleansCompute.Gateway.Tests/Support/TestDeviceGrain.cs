using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Gateway.Tests.Support;

/// <summary>
/// A small twin: as the product's grain as far as the gateway sees it. Its calls are one at a time, as a grain's turns are.
/// </summary>
internal sealed class TestDeviceGrain(TestGrains grains, string key) : IDeviceGrain
{
    private readonly Lock gate = new();
    private readonly List<(Func<TestDeviceGrain, bool> Condition, TaskCompletionSource Met)> awaited = [];
    private string? secret;
    private IDeviceLink? link;
    private DesiredModel? desired;

    public DeviceConnection? Connection { get; private set; }

    public List<Reading> Readings { get; } = [];

    public int ReadingCalls { get; private set; }

    public int Attaches { get; private set; }

    public int Detaches { get; private set; }

    public int Inferences { get; private set; }

    public List<DeviceReport> Reports { get; } = [];

    /// <summary>Awaited by every RecordReadings before it takes effect.</summary>
    public Func<Task> BeforeReadings { get; set; } = () => Task.CompletedTask;

    /// <summary>Completes when the condition holds after a call.</summary>
    public Task WhenAsync(Func<TestDeviceGrain, bool> condition)
    {
        lock (gate)
        {
            if (condition(this))
            {
                return Task.CompletedTask;
            }

            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited.Add((condition, met));
            return met.Task;
        }
    }

    public async Task<DeviceCredentials> Provision()
    {
        var (tenant, device) = FabricKey.Split(key);
        secret = $"secret-of-{device}";
        await grains.GetGrain<ITenantGrain>(tenant).Register(TenantResource.Device, device);
        return new DeviceCredentials { Tenant = tenant, Device = device, UserName = key, Secret = secret, ModelPublicKey = "key" };
    }

    public Task<bool> Authenticate(string secret) => Task.FromResult(this.secret is not null && this.secret == secret);

    public Task<DesiredModel?> Attach(IDeviceLink link, DeviceConnection connection) => Do(() =>
    {
        this.link = link;
        Connection = connection;
        Attaches++;
        return desired;
    });

    public Task Detach(string connectionId, string cause) => Do(() =>
    {
        Detaches++;
        if (Connection?.ConnectionId == connectionId)
        {
            (Connection, link) = (null, null);
        }

        return true;
    });

    public async Task<bool> RecordReadings(string connectionId, ImmutableArray<Reading> readings)
    {
        await BeforeReadings();
        return await Do(() =>
        {
            ReadingCalls++;
            Readings.AddRange(readings.Where(r => Readings.Count == 0 || r.Sequence > Readings[^1].Sequence));
            return Connection?.ConnectionId == connectionId;
        });
    }

    public Task<bool> RecordInferences(string connectionId, int count) => Do(() =>
    {
        Inferences += count;
        return Connection?.ConnectionId == connectionId;
    });

    public Task<bool> RecordReport(string connectionId, DeviceReport report) => Do(() =>
    {
        Reports.Add(report);
        return Connection?.ConnectionId == connectionId;
    });

    public Task ClearDesiredModel(string model, long issue) => Do(() =>
    {
        desired = null;
        return true;
    });

    public Task SetDesiredModel(DesiredModel model, string? rollout) => Do(() =>
    {
        desired = model;
        link?.Offer(model);
        return true;
    });

    /// <summary>What a grain loses when its silo dies.</summary>
    public void Forget()
    {
        lock (gate)
        {
            (Connection, link) = (null, null);
        }
    }

    public Task<DeviceStatus> GetStatus()
    {
        var (tenant, device) = FabricKey.Split(key);
        return secret is null
            ? throw new FabricNotFoundException($"There is no device '{device}' in tenant '{tenant}'; provision it first.")
            : Do(() => new DeviceStatus { Tenant = tenant, Device = device, Connection = Connection, Readings = Readings.Count });
    }

    public Task<ImmutableArray<Alarm>> GetAlarms() => Task.FromResult(ImmutableArray<Alarm>.Empty);

    private Task<T> Do<T>(Func<T> action)
    {
        lock (gate)
        {
            var result = action();
            foreach (var (condition, met) in awaited)
            {
                if (condition(this))
                {
                    met.TrySetResult();
                }
            }

            return Task.FromResult(result);
        }
    }
}
