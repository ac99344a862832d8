using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Datasets;
using OrleansCompute.Grains.Placement;

namespace OrleansCompute.Grains.Nodes;

/// <inheritdoc cref="INodeGrain"/>
[NodePlacement]
internal sealed partial class NodeGrain(
    [PersistentState("node")] IPersistentState<NodeGrainState> storage,
    AcceleratorHost accelerators,
    DatasetCache datasets,
    IOptions<NodeOptions> options,
    TimeProvider clock,
    ILogger<NodeGrain> logger) : Grain, INodeGrain
{
    // Bounds what a crash of the node leaves unbilled.
    private static readonly TimeSpan MeterPeriod = TimeSpan.FromSeconds(5);
    private readonly UsageMeter _meter = new();
    private readonly HostDescription _host = options.Value.Host.Measured().Describe();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (grain, _) => grain.WriteUsageAsync(grain._meter.Cut(grain.Now)),
            this,
            new GrainTimerCreationOptions { DueTime = MeterPeriod, Period = MeterPeriod, KeepAlive = true });

        // Interleaves: the pool that is asked may be waiting for this grain to take a lease.
        this.RegisterGrainTimer(
            static (grain, _) => grain.BeatAsync(),
            this,
            new GrainTimerCreationOptions
            {
                DueTime = options.Value.HeartbeatPeriod, Period = options.Value.HeartbeatPeriod, KeepAlive = true, Interleave = true,
            });
        StartDoubting();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The next activation knows nothing of them: whoever holds one is refused from now on, as the pool learns by the heartbeat.
        foreach (var lease in _meter.Leases)
        {
            accelerators.Close(lease.Id, $"Lease {lease.Id} of {lease.Tenant}/{lease.Job} ended with the grain of node {lease.Node}.");
        }

        await WriteUsageAsync(_meter.Cut(Now));
    }

    public Task<NodeSnapshot> GetStatus() => Task.FromResult(Snapshot());

    public async Task Grant(Lease lease)
    {
        var accelerator = accelerators.Get(lease.Accelerator);
        if (lease.NodeIncarnation != accelerators.Incarnation)
        {
            throw new FabricRefusedException(
                $"Lease {lease.Id} is for run {lease.NodeIncarnation} of node {lease.Node}; this is run {accelerators.Incarnation}.");
        }

        if (_meter.Leases.Any(held => held.Id == lease.Id))
        {
            return;
        }

        RequireFree(accelerator, lease);
        var fence = storage.State.Fences.GetValueOrDefault(lease.Accelerator);
        if (lease.Id <= fence)
        {
            throw new FabricRefusedException(
                $"Lease {lease.Id} of {lease.Tenant}/{lease.Job} is stale: accelerator {lease.Accelerator} of node {lease.Node} was given lease {fence}; "
                + $"allowed: {fence + 1} or more.");
        }

        // Stored first: what was given once is never given under an older number again, whatever happens to this process.
        storage.State.Fences[lease.Accelerator] = lease.Id;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            storage.State.Fences[lease.Accelerator] = fence;
            throw;
        }

        accelerators.Open(lease);
        _meter.Begin(lease, Now);
        _confirmed[lease.Id] = clock.GetTimestamp();
    }

    public async Task Release(long leaseId)
    {
        await EndAsync(leaseId, "was released");
        if (!datasets.Held.SequenceEqual(_told))
        {
            // The next job on the same data may be a moment away. Not awaited: the pool waits for this call.
            _ = BeatNowAsync();
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private NodeSnapshot Snapshot()
    {
        var leases = _meter.Leases.OrderBy(lease => lease.Id).ToLookup(lease => lease.Accelerator, StringComparer.Ordinal);
        return new NodeSnapshot
        {
            Name = this.GetPrimaryKeyString(),
            Incarnation = accelerators.Incarnation,
            State = NodeState.Ready,
            Accelerators =
            [
                .. accelerators.All.Select(accelerator => new AcceleratorSnapshot
                {
                    Accelerator = new AcceleratorDescription
                    {
                        Name = accelerator.Options.Name,
                        Kind = accelerator.Kind,
                        Threads = accelerator.Options.Threads,
                        ComputeShareFraction = accelerator.Options.ComputeShareFraction,
                        ScoreGflops = accelerator.ScoreGflops,
                        ScoreMeasuredAt = accelerator.ScoreMeasuredAt,
                        MemoryBytes = accelerator.Device.Info.MemoryBytes,
                    },
                    BusyFraction = accelerator.Executor.GetStatistics().BusyFraction,
                    Lease = leases[accelerator.Options.Name].FirstOrDefault(),
                    Leases = [.. leases[accelerator.Options.Name]],
                    FenceId = storage.State.Fences.GetValueOrDefault(accelerator.Options.Name),
                }),
            ],
            ReportedAt = Now,
            Host = _host,
            Datasets = datasets.Held,
        };
    }

    private void RequireFree(HostedAccelerator accelerator, Lease lease)
    {
        // Fractions are decimals that people write: their sum may be above 1 by a rounding error.
        const double Tolerance = 1e-9;
        var held = _meter.Leases.Where(other => other.Accelerator == lease.Accelerator).ToList();
        var compute = held.Sum(other => other.ComputeShareFraction);
        var memory = held.Sum(other => other.MemoryBytes);
        if (held.Count > 0 && compute + lease.ComputeShareFraction > 1 + Tolerance)
        {
            throw new FabricRefusedException(
                $"Accelerator {lease.Accelerator} of node {lease.Node} is held by lease {held[0].Id} of {held[0].Tenant}/{held[0].Job}"
                + $"{(held.Count > 1 ? $" and {held.Count - 1} more" : "")}: {compute} of its time; lease {lease.Id} asks for {lease.ComputeShareFraction}.");
        }

        if (lease.MemoryBytes > accelerator.Device.Info.MemoryBytes - memory)
        {
            throw new FabricRefusedException(
                $"Lease {lease.Id} asks for {lease.MemoryBytes} bytes of accelerator {lease.Accelerator} of node {lease.Node}, "
                + $"which has {accelerator.Device.Info.MemoryBytes}, {memory} of them given to others.");
        }
    }

    private Task EndAsync(long leaseId, string how)
    {
        accelerators.Close(leaseId, $"Lease {leaseId} {how}.");
        _confirmed.Remove(leaseId);
        return WriteUsageAsync(_meter.End(leaseId, Now) is { } last ? [last] : []);
    }

    private async Task WriteUsageAsync(IReadOnlyList<UsageEntry> entries)
    {
        foreach (var account in entries.GroupBy(entry => FabricKey.Of(
            entry.Tenant, entry.From.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)), StringComparer.Ordinal))
        {
            await GrainFactory.GetGrain<IUsageGrain>(account.Key).Record([.. account]);
        }
    }
}
