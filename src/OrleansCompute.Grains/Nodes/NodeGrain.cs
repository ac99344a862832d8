using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Placement;

namespace OrleansCompute.Grains.Nodes;

/// <inheritdoc cref="INodeGrain"/>
[NodePlacement]
internal sealed class NodeGrain(AcceleratorHost accelerators, IOptions<NodeOptions> options, TimeProvider clock) : Grain, INodeGrain
{
    // Bounds what a crash of the node leaves unbilled.
    private static readonly TimeSpan MeterPeriod = TimeSpan.FromSeconds(5);
    private readonly UsageMeter _meter = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (grain, _) => grain.WriteUsageAsync(grain._meter.Cut(grain.Now)),
            this,
            new GrainTimerCreationOptions { DueTime = MeterPeriod, Period = MeterPeriod, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        WriteUsageAsync(_meter.Cut(Now));

    public async Task<NodeSnapshot> Measure()
    {
        foreach (var accelerator in accelerators.All)
        {
            await accelerator.MeasureAsync(clock, options.Value.MeasureFor, CancellationToken.None);
        }

        return Snapshot();
    }

    public Task<NodeSnapshot> GetStatus() => Task.FromResult(Snapshot());

    public Task Grant(Lease lease)
    {
        accelerators.Get(lease.Accelerator);
        if (lease.NodeIncarnation != accelerators.Incarnation)
        {
            throw new FabricRefusedException(
                $"Lease {lease.Id} is for run {lease.NodeIncarnation} of node {lease.Node}; this is run {accelerators.Incarnation}.");
        }

        if (_meter.Leases.FirstOrDefault(held => held.Accelerator == lease.Accelerator && held.Id != lease.Id) is { } other)
        {
            throw new FabricRefusedException(
                $"Accelerator {lease.Accelerator} of node {lease.Node} is held by lease {other.Id} of {other.Tenant}/{other.Job}.");
        }

        if (!_meter.Leases.Any(held => held.Id == lease.Id))
        {
            _meter.Begin(lease, Now);
        }

        return Task.CompletedTask;
    }

    public Task Release(long leaseId) => WriteUsageAsync(_meter.End(leaseId, Now) is { } last ? [last] : []);

    private DateTimeOffset Now => clock.GetUtcNow();

    private NodeSnapshot Snapshot()
    {
        var leases = _meter.Leases.ToDictionary(lease => lease.Accelerator, StringComparer.Ordinal);
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
                        Kind = accelerator.Device.Kernels.Name,
                        Threads = accelerator.Options.Threads,
                        ComputeShareFraction = accelerator.Options.ComputeShareFraction,
                        ScoreGflops = accelerator.ScoreGflops,
                    },
                    BusyFraction = accelerator.Executor.GetStatistics().BusyFraction,
                    Lease = leases.GetValueOrDefault(accelerator.Options.Name),
                }),
            ],
            ReportedAt = Now,
        };
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
