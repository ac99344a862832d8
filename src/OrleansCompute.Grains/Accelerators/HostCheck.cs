using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>Whether what a node says of its machine makes sense: asked of its configuration, and again by the pool, which trusts no node.</summary>
internal static class HostCheck
{
    public const double MaxCores = 65_536;
    public const long MinMemoryBytes = 1L << 20;
    public const long MaxMemoryBytes = 1L << 50;
    private const decimal MaxPrice = 1_000_000;
    private const double MaxWatts = 100_000;

    /// <summary>A sentence for each number that does not.</summary>
    public static IEnumerable<string> Problems(string prefix, HostDescription host)
    {
        if (host.CpuCores is not (>= 0 and <= MaxCores))
        {
            yield return Sentence(nameof(host.CpuCores), host.CpuCores, $"0 to {MaxCores}");
        }

        if (host.MemoryBytes is < 0 or > MaxMemoryBytes)
        {
            yield return Sentence(nameof(host.MemoryBytes), host.MemoryBytes, $"0 to {MaxMemoryBytes} (1 PiB)");
        }

        if (host.Rack is not { Length: 0 } && FabricNames.Explain($"{prefix}{nameof(host.Rack)}", host.Rack) is { } unnamed)
        {
            yield return unnamed;
        }

        if (host.PricePerAcceleratorHour is < 0 or > MaxPrice)
        {
            yield return Sentence(nameof(host.PricePerAcceleratorHour), host.PricePerAcceleratorHour, $"0 to {MaxPrice}, or none");
        }

        if (host.WattsPerAccelerator is not (>= 0 and <= MaxWatts))
        {
            yield return Sentence(nameof(host.WattsPerAccelerator), host.WattsPerAccelerator, $"0 to {MaxWatts} (0: not known)");
        }

        string Sentence(string name, object? value, string allowed) =>
            string.Create(CultureInfo.InvariantCulture, $"{prefix}{name} is {value}; allowed: {allowed}.");
    }
}
