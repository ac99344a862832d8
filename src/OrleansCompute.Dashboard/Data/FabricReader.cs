using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Dashboard.Data;

/// <summary>Asks the grains. A grain that fails or hangs costs its own part of the picture, never the rest. Thread-safe.</summary>
internal sealed partial class FabricReader(
    IGrainFactory grains, IOptions<DashboardOptions> options, TimeProvider clock, ILogger<FabricReader> logger)
{
    /// <summary>The fabric has one pool in this version.</summary>
    private const string PoolName = "default";

    /// <summary>Enough to hide a grain's latency, little enough that a look never crowds out the fabric's own calls.</summary>
    private const int Concurrency = 16;

    /// <summary>Devices with active alarms whose alarms the overview reads.</summary>
    private const int MaxAlarmDevices = 50;

    /// <summary>What has ended is read again only every so many looks: it does not change.</summary>
    private const int LooksBetweenReadsOfEnded = 30;

    /// <summary>A grain that has not answered by now is shown as an error; the next look asks it again.</summary>
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(2);

    public async Task<FabricSnapshot> ReadAsync(FabricSnapshot? previous, CancellationToken cancellationToken)
    {
        var version = (previous?.Version ?? 0) + 1;
        var reuse = version % LooksBetweenReadsOfEnded == 0 ? null : previous;
        var problems = new List<string>();
        var pool = AskAsync("", PoolName, () => grains.GetGrain<IPoolGrain>(PoolName).GetStatus(), cancellationToken);
        var tenants = await AskListAsync(
            "the tenants", () => grains.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).List(), problems, cancellationToken);
        var jobs = await ListAsync(tenants, TenantResource.Job, problems, (tenant, name) =>
            reuse?.Jobs.Find(tenant, name) is { Value.State: JobState.Succeeded or JobState.Failed or JobState.Cancelled } ended
                ? Task.FromResult(ended)
                : AskJobAsync(tenant, name, cancellationToken), cancellationToken);
        var devices = await ListAsync(tenants, TenantResource.Device, problems,
            (tenant, name) => AskDeviceAsync(tenant, name, cancellationToken), cancellationToken);
        var models = await ListAsync(tenants, TenantResource.Model, problems,
            (tenant, name) => AskAsync(tenant, name, async () => new ModelHistory(
                await grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, name)).List()), cancellationToken), cancellationToken);
        var rollouts = await ListAsync(tenants, TenantResource.Rollout, problems, (tenant, name) =>
            reuse?.Rollouts.Find(tenant, name) is { Value.State: RolloutState.Completed or RolloutState.RolledBack } ended
                ? Task.FromResult(ended)
                : AskAsync(tenant, name, () => grains.GetGrain<IRolloutGrain>(FabricKey.Of(tenant, name)).GetStatus(), cancellationToken),
            cancellationToken);
        var snapshot = new FabricSnapshot
        {
            Version = version,
            Pool = await pool,
            Tenants = tenants,
            Jobs = jobs,
            Devices = devices,
            Models = models,
            Rollouts = rollouts,
            Alarms = await ReadAlarmsAsync(devices, previous, cancellationToken),
            Problems = [.. problems],
            TakenAt = clock.GetUtcNow(),
        };
        return snapshot with { Flow = FlowMeter.Append(previous, snapshot) };
    }

    public Task<Probe<JobStatus>> AskJobAsync(string tenant, string name, CancellationToken cancellationToken) =>
        AskAsync(tenant, name, () => grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, name)).GetStatus(), cancellationToken);

    public Task<Probe<DeviceStatus>> AskDeviceAsync(string tenant, string name, CancellationToken cancellationToken) =>
        AskAsync(tenant, name, () => grains.GetGrain<IDeviceGrain>(FabricKey.Of(tenant, name)).GetStatus(), cancellationToken);

    public Task<Probe<DeviceAlarms>> AskAlarmsAsync(DeviceStatus device, CancellationToken cancellationToken) =>
        AskAsync(device.Tenant, device.Device, async () =>
        {
            var alarms = await grains.GetGrain<IDeviceGrain>(FabricKey.Of(device.Tenant, device.Device)).GetAlarms();
            return new DeviceAlarms([.. alarms.Reverse()], device.AlarmsRaised, device.AlarmsActive);
        }, cancellationToken);

    private async Task<ImmutableArray<Probe<DeviceAlarms>>> ReadAlarmsAsync(
        Listing<DeviceStatus> devices, FabricSnapshot? previous, CancellationToken cancellationToken)
    {
        var alarmed = devices.Values.Where(device => device.AlarmsActive > 0).Take(MaxAlarmDevices).ToArray();
        return await MapAsync(alarmed, device =>
        {
            var known = previous?.Alarms.FirstOrDefault(probe => probe.Tenant == device.Tenant && probe.Name == device.Device);
            return known?.Value is { } alarms && alarms.Raised == device.AlarmsRaised && alarms.Active == device.AlarmsActive
                ? Task.FromResult(known)
                : AskAlarmsAsync(device, cancellationToken);
        }, cancellationToken);
    }

    private async Task<Listing<T>> ListAsync<T>(
        ImmutableArray<string> tenants, TenantResource kind, List<string> problems, Func<string, string, Task<Probe<T>>> ask,
        CancellationToken cancellationToken)
        where T : class
    {
        var names = new List<(string Tenant, string Name)>();
        foreach (var tenant in tenants)
        {
            var owned = await AskListAsync(
                $"the {kind.ToString().ToLowerInvariant()}s of tenant '{tenant}'",
                () => grains.GetGrain<ITenantGrain>(tenant).List(kind), problems, cancellationToken);
            names.AddRange(owned.Select(name => (tenant, name)));
        }

        var listed = names.Take(options.Value.MaxItemsPerKind).ToArray();
        return new Listing<T>(await MapAsync(listed, item => ask(item.Tenant, item.Name), cancellationToken), names.Count);
    }

    private static async Task<ImmutableArray<TResult>> MapAsync<TItem, TResult>(
        TItem[] items, Func<TItem, Task<TResult>> map, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Length];
        await Parallel.ForAsync(
            0,
            items.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (index, _) => results[index] = await map(items[index]));
        return ImmutableArray.Create(results);
    }

    private async Task<ImmutableArray<string>> AskListAsync(
        string what, Func<Task<ImmutableArray<string>>> ask, List<string> problems, CancellationToken cancellationToken)
    {
        var probe = await AskAsync("", what, async () => await ask() is { IsDefault: false } names ? [.. names] : Array.Empty<string>(), cancellationToken);
        if (probe.Error is { } error)
        {
            problems.Add($"Could not list {what}: {error}");
        }

        return probe.Value is { } list ? [.. list] : [];
    }

    private async Task<Probe<T>> AskAsync<T>(string tenant, string name, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return new Probe<T>(tenant, name, await ask().WaitAsync(_callLimit, clock, cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (FabricRefusedException refused)
        {
            return new Probe<T>(tenant, name, null, refused.Message, Missing: true);
        }
        catch (TimeoutException)
        {
            return new Probe<T>(tenant, name, null, $"no answer within {_callLimit.TotalSeconds:0} s; asked again at the next refresh.");
        }
#pragma warning disable CA1031 // Whatever a grain throws belongs on the page beside its name; the other parts go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogAskFailed(exception, typeof(T).Name, tenant, name);
            return new Probe<T>(tenant, name, null, exception.Message);
        }
    }
}
