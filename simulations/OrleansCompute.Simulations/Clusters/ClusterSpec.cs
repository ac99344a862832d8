using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Clusters;

/// <summary>
/// A cluster as the command line names it: <c>T4:16x4</c> or <c>aws:6x4,dgx-ext:2x8,rtx:3x8</c> (type, nodes × accelerators per node).
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
            Rack = nodesPerRack < 1 ? "" : $"{group.AcceleratorType}-rack-{node / nodesPerRack}",
        })),
    ]);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(',', Groups.Select(group => $"{group.AcceleratorType}:{group.Nodes}x{group.AcceleratorsPerNode}"));

    private static NodeGroup ParseGroup(string part)
    {
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

        return new NodeGroup(part[..colon], nodes, perNode);
    }
}
