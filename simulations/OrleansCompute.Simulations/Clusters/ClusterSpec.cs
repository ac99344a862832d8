using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Clusters;

/// <summary>
/// A cluster as the command line names it: <c>T4:16x4</c> or <c>aws:6x4,dgx-ext:2x8,rtx:3x8</c> (type, nodes × accelerators per node). What an
/// accelerator costs for an hour and draws in watts may follow: <c>T4:16x4@0.35/70</c>.
/// </summary>
/// <param name="Groups">In the order of the text; a type occurs once.</param>
public sealed record ClusterSpec(ImmutableArray<NodeGroup> Groups)
{
    /// <summary>Most nodes in a cluster: ten times the largest that the scheduler promises to decide for in a second.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>Most accelerators on a node.</summary>
    public const int MaxAcceleratorsPerNode = 1_024;

    /// <summary>Accelerators of all groups.</summary>
    public int Accelerators => Groups.Sum(group => group.Nodes * group.AcceleratorsPerNode);

    /// <summary>Reads a cluster.</summary>
    /// <exception cref="FormatException">The text is not of this form, or a number is out of range; the message says which part.</exception>
    public static ClusterSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var groups = ImmutableArray.CreateBuilder<NodeGroup>();
        var nodes = 0L;
        foreach (var part in text.Split(','))
        {
            var group = ParseGroup(part.Trim());
            if (groups.Any(known => known.AcceleratorType == group.AcceleratorType))
            {
                throw new FormatException($"The cluster names type '{group.AcceleratorType}' twice; give each type once.");
            }

            nodes += group.Nodes;
            if (nodes > MaxNodes)
            {
                throw new FormatException($"The cluster has more than {MaxNodes} nodes; allowed 1 to {MaxNodes} in all.");
            }

            groups.Add(group);
        }

        return new ClusterSpec(groups.ToImmutable());
    }

    /// <summary>The nodes, all ready, named by type and number.</summary>
    /// <param name="nodesPerRack">Nodes of one type that share a rack, 1 or more; 0 for no racks.</param>
    public ClusterSnapshot ToSnapshot(int nodesPerRack = 0) => new(
    [
        .. Groups.SelectMany(group => Enumerable.Range(0, group.Nodes).Select(node => new NodeSnapshot
        {
            Name = $"{group.AcceleratorType}-{node}",
            AcceleratorType = group.AcceleratorType,
            Accelerators = group.AcceleratorsPerNode,
            PricePerAcceleratorHour = group.PricePerAcceleratorHour,
            WattsPerAccelerator = group.WattsPerAccelerator,
            Rack = nodesPerRack < 1 ? "" : $"{group.AcceleratorType}-rack-{node / nodesPerRack}",
        })),
    ]);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(',', Groups.Select(group => $"{group.AcceleratorType}:{group.Nodes}x{group.AcceleratorsPerNode}{Cost(group)}"));

    private static string Cost(NodeGroup group) => group is { PricePerAcceleratorHour: 0, WattsPerAccelerator: 0 }
        ? "" : string.Create(CultureInfo.InvariantCulture, $"@{group.PricePerAcceleratorHour}/{group.WattsPerAccelerator}");

    private static NodeGroup ParseGroup(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var part = at < 0 ? text : text[..at];
        var (price, watts) = at < 0 ? (0, 0) : ParseCost(text, text[(at + 1)..]);
        var colon = part.LastIndexOf(':');
        var cross = part.LastIndexOf('x');
        if (colon < 1 || cross < colon
            || !int.TryParse(part.AsSpan(colon + 1, cross - colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var nodes)
            || !int.TryParse(part.AsSpan(cross + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var perNode))
        {
            throw new FormatException(
                $"'{part}' is no part of a cluster; write TYPE:NODESxACCELERATORS, such as T4:16x4, and a comma between parts.");
        }

        if (nodes is < 1 or > MaxNodes)
        {
            throw new FormatException($"'{part}' asks for {nodes} nodes; allowed 1 to {MaxNodes}.");
        }

        if (perNode is < 1 or > MaxAcceleratorsPerNode)
        {
            throw new FormatException($"'{part}' asks for {perNode} accelerators per node; allowed 1 to {MaxAcceleratorsPerNode}.");
        }

        return new NodeGroup(part[..colon], nodes, perNode, price, watts);
    }

    private static (double Price, double Watts) ParseCost(string part, string cost)
    {
        var slash = cost.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && double.TryParse(cost.AsSpan(0, slash), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            && double.TryParse(cost.AsSpan(slash + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var watts)
            && price <= 1e6 && watts <= 1e6
            ? (price, watts)
            : throw new FormatException(
                $"'{part}' has no price and power after '@'; write the price of an accelerator for an hour and its watts, each 0 to 1000000, such as T4:16x4@0.35/70.");
    }
}
