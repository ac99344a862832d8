using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>The accelerators of this silo, and who may use them. Thread-safe; one per silo, disposed with it.</summary>
internal sealed class AcceleratorHost : IDisposable
{
    private readonly Dictionary<string, HostedAccelerator> _accelerators;
    private readonly ConcurrentDictionary<long, LeasedAccelerator> _leases = new();

    public AcceleratorHost(IOptions<NodeOptions> options, AcceleratorCatalogue catalogue, TimeProvider clock)
    {
        Incarnation = clock.GetUtcNow().UtcTicks;
        _accelerators = options.Value.Accelerators.ToDictionary(
            accelerator => accelerator.Name, accelerator => new HostedAccelerator(accelerator, catalogue, clock), StringComparer.Ordinal);
    }

    /// <summary>Number of this run of the node.</summary>
    public long Incarnation { get; }

    public IReadOnlyCollection<HostedAccelerator> All => _accelerators.Values;

    /// <exception cref="FabricRefusedException">There is no such accelerator.</exception>
    public HostedAccelerator Get(string name) =>
        _accelerators.TryGetValue(name, out var accelerator)
            ? accelerator
            : throw new FabricRefusedException(
                $"The accelerator is '{name}'; this node has: {string.Join(", ", _accelerators.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Lets the holder of a lease use its accelerator. The node's grain has checked that it is free.</summary>
    public void Open(Lease lease) => _leases[lease.Id] = new LeasedAccelerator(Get(lease.Accelerator), lease);

    /// <summary>Ends that; what the holder still does fails with the reason. Nothing where the lease is not open.</summary>
    public void Close(long leaseId, string reason)
    {
        if (_leases.TryRemove(leaseId, out var leased))
        {
            leased.Close(reason);
        }
    }

    /// <summary>What the holder of a lease may use.</summary>
    /// <exception cref="LeaseLostException">The lease is not, or no longer, in force on this node.</exception>
    public LeasedAccelerator Require(Lease lease) =>
        _leases.TryGetValue(lease.Id, out var leased) && leased.Lease.Accelerator == lease.Accelerator
            ? leased
            : throw new LeaseLostException(
                $"Lease {lease.Id} of {lease.Tenant}/{lease.Job} on {lease.Node}/{lease.Accelerator} is not in force: it was released or it expired.");

    public void Dispose()
    {
        foreach (var accelerator in _accelerators.Values)
        {
            accelerator.Dispose();
        }
    }
}
