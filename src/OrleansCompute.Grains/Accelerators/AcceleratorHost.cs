using Microsoft.Extensions.Options;
using OrleansCompute.Contracts;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>The accelerators of this silo. Thread-safe; one per silo, disposed with it.</summary>
internal sealed class AcceleratorHost : IDisposable
{
    private readonly Dictionary<string, HostedAccelerator> _accelerators;

    public AcceleratorHost(IOptions<NodeOptions> options, TimeProvider clock)
    {
        Incarnation = clock.GetUtcNow().UtcTicks;
        _accelerators = options.Value.Accelerators.ToDictionary(
            accelerator => accelerator.Name, accelerator => new HostedAccelerator(accelerator, clock), StringComparer.Ordinal);
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

    public void Dispose()
    {
        foreach (var accelerator in _accelerators.Values)
        {
            accelerator.Dispose();
        }
    }
}
