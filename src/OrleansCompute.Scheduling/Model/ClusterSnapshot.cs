using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Model;

/// <summary>The nodes that a policy shares out, with their types numbered. Immutable.</summary>
public sealed class ClusterSnapshot
{
    private readonly int[] _typeOfNode;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="nodes">Nodes; their index is how allocations name them.</param>
    /// <exception cref="ArgumentException">Two nodes have one name, or a node has fewer than 0 accelerators.</exception>
    public ClusterSnapshot(ImmutableArray<NodeSnapshot> nodes)
    {
        if (nodes.IsDefault)
        {
            throw new ArgumentException("nodes is not set; give an array, which may be empty.", nameof(nodes));
        }

        Nodes = nodes;
        var names = new HashSet<string>(nodes.Length, StringComparer.Ordinal);
        var types = new List<string>();
        _typeOfNode = new int[nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = nodes[i];
            if (!names.Add(node.Name))
            {
                throw new ArgumentException($"nodes[{i}] is named '{node.Name}' as another node is; names must differ.", nameof(nodes));
            }

            if (node.Accelerators < 0)
            {
                throw new ArgumentException($"nodes[{i}].Accelerators is {node.Accelerators}; allowed 0 or more.", nameof(nodes));
            }

            var type = types.IndexOf(node.AcceleratorType);
            if (type < 0)
            {
                type = types.Count;
                types.Add(node.AcceleratorType);
            }

            _typeOfNode[i] = type;
        }

        Types = [.. types];
        var perNode = new int[types.Count];
        var perType = new int[types.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].IsReady)
            {
                perType[_typeOfNode[i]] += nodes[i].Accelerators;
                perNode[_typeOfNode[i]] = Math.Max(perNode[_typeOfNode[i]], nodes[i].Accelerators);
                Accelerators += nodes[i].Accelerators;
            }
        }

        AcceleratorsPerType = [.. perType];
        LargestNodePerType = [.. perNode];
    }

    /// <summary>Nodes, ready or not.</summary>
    public ImmutableArray<NodeSnapshot> Nodes { get; }

    /// <summary>Accelerator types, in the order in which nodes name them.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>Accelerators of ready nodes, by index of the type.</summary>
    public ImmutableArray<int> AcceleratorsPerType { get; }

    /// <summary>Accelerators of the largest ready node of each type.</summary>
    public ImmutableArray<int> LargestNodePerType { get; }

    /// <summary>Accelerators of all ready nodes.</summary>
    public int Accelerators { get; }

    /// <summary>Index of the type of a node.</summary>
    public int TypeOf(int node) => _typeOfNode[node];
}
