using System.Globalization;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>A node's machine in words.</summary>
internal static class NodeView
{
    private const string Nothing = "–";

    public static string Rack(NodeSnapshot node) => node.Host is { Rack.Length: > 0 } host ? host.Rack : Nothing;

    public static string Cores(NodeSnapshot node) => node.Host is { CpuCores: > 0 } host ? host.CpuCores.ToString("0.##", CultureInfo.InvariantCulture) : Nothing;

    /// <summary>In units of 10⁹ bytes, as every size that is shown.</summary>
    public static string Memory(NodeSnapshot node) => node.Host is { MemoryBytes: > 0 } host ? $"{Tables.Number(host.MemoryBytes / 1e9, 1)} GB" : Nothing;

    public static string Price(NodeSnapshot node) => node.Host?.PricePerAcceleratorHour?.ToString("0.####", CultureInfo.InvariantCulture) ?? Nothing;

    public static string Watts(NodeSnapshot node) => node.Host is { WattsPerAccelerator: > 0 } host ? Tables.Number(host.WattsPerAccelerator) : Nothing;

    /// <summary>Whether it is a spot node, and when it is taken.</summary>
    public static string Reclaim(NodeSnapshot node) =>
        node.ReclaimAt is { } at ? $"{Tables.Time(at)} UTC" : node.Host?.IsReclaimable == true ? "at any time" : Nothing;

    public static string Accelerators(NodeSnapshot node) => node.Accelerators.IsEmpty ? Nothing : string.Join(
        ", ", node.Accelerators.GroupBy(slot => slot.Accelerator.Kind, StringComparer.Ordinal).Select(kind => $"{kind.Count()} × {kind.Key}"));
}
