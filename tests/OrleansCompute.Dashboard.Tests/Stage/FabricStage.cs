using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Dashboard.Tests.Stage;

/// <summary>What the grains of a test say; every answer can be changed while the dashboard watches. Thread-safe.</summary>
internal sealed class FabricStage
{
    private int _looks;

    public PoolSnapshot Pool { get; set; } = new() { Name = "default", Nodes = [], Queue = [], Leases = [] };

    public ConcurrentDictionary<string, JobStatus> Jobs { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, DeviceStatus> Devices { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, ImmutableArray<Alarm>> Alarms { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, ImmutableArray<ModelVersion>> Models { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, RolloutStatus> Rollouts { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, TenantSpec> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>What tenants used, by tenant, in any month.</summary>
    public ConcurrentDictionary<string, ImmutableArray<InvoiceLine>> Usage { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers of the grain with this key are failures.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Grains with this key never answer.</summary>
    public ConcurrentDictionary<string, bool> Hanging { get; } = new(StringComparer.Ordinal);

    /// <summary>How often the pool was asked: once per look.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public IGrainFactory CreateFactory()
    {
        var factory = DispatchProxy.Create<IGrainFactory, StageFactory>();
        ((StageFactory)(object)factory).Stage = this;
        return factory;
    }

    internal object Answer(Type grain, string key, MethodInfo method, object?[] arguments)
    {
        if (grain == typeof(IPoolGrain))
        {
            Interlocked.Increment(ref _looks);
        }

        if (Hanging.ContainsKey(key))
        {
            // A task that never completes, of the type that the caller awaits.
            var source = Activator.CreateInstance(typeof(TaskCompletionSource<>).MakeGenericType(method.ReturnType.GenericTypeArguments))!;
            return source.GetType().GetProperty("Task")!.GetValue(source)!;
        }

        if (Failures.TryGetValue(key, out var failure))
        {
            throw failure;
        }

        return grain.Name switch
        {
            nameof(IPoolGrain) => Task.FromResult(Pool),
            nameof(ITenantDirectoryGrain) => Task.FromResult(Keys().Select(owned => FabricKey.Split(owned).Tenant)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray()),
            nameof(ITenantGrain) when method.Name == nameof(ITenantGrain.Get) => Task.FromResult(Tenants.GetValueOrDefault(key) ?? new TenantSpec { Name = key }),
            nameof(IUsageGrain) => Task.FromResult(Invoice(key)),
            nameof(ITenantGrain) => Task.FromResult(Owned(key, (TenantResource)arguments[0]!)),
            nameof(IJobGrain) => Task.FromResult(Find(Jobs, "job", key)),
            nameof(IDeviceGrain) when method.Name == nameof(IDeviceGrain.GetAlarms) => Task.FromResult(Alarms.GetValueOrDefault(key, [])),
            nameof(IDeviceGrain) => Task.FromResult(Find(Devices, "device", key)),
            nameof(IModelGrain) => Task.FromResult(Find(Models, "model", key)),
            nameof(IRolloutGrain) => Task.FromResult(Find(Rollouts, "roll-out", key)),
            _ => throw new NotSupportedException(grain.Name),
        };
    }

    private Invoice Invoice(string key)
    {
        var (tenant, month) = FabricKey.Split(key);
        var lines = Usage.GetValueOrDefault(tenant, []);
        return new Invoice
        {
            Tenant = tenant,
            Month = month,
            Lines = lines,
            AcceleratorSeconds = lines.Sum(line => line.AcceleratorSeconds),
            HeldSeconds = lines.Sum(line => line.HeldSeconds),
            Amount = lines.Sum(line => line.Amount),
            Currency = "EUR",
        };
    }

    private static T Find<T>(ConcurrentDictionary<string, T> all, string what, string key) =>
        all.TryGetValue(key, out var found) ? found : throw new FabricRefusedException($"There is no {what} '{key}'.");

    private IEnumerable<string> Keys() => Jobs.Keys.Concat(Devices.Keys).Concat(Models.Keys).Concat(Rollouts.Keys);

    private ImmutableArray<string> Owned(string tenant, TenantResource kind)
    {
        IEnumerable<string> keys = kind switch
        {
            TenantResource.Job => Jobs.Keys,
            TenantResource.Device => Devices.Keys,
            TenantResource.Model => Models.Keys,
            TenantResource.Rollout => Rollouts.Keys,
            _ => [],
        };
        return [.. keys.Select(FabricKey.Split).Where(owned => owned.Tenant == tenant).Select(owned => owned.Name).Order(StringComparer.Ordinal)];
    }
}
