using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Model;

/// <summary>The nodes that a policy shares out, with their types numbered, and who may have how much of them. Immutable.</summary>
public sealed class ClusterSnapshot
{
    private readonly int[] _typeOfNode;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="nodes">Nodes; their index is how allocations name them.</param>
    /// <param name="tenants">Quotas and shares; null for none.</param>
    /// <param name="history">What finished jobs had needed; null where nothing is known of them.</param>
    /// <exception cref="ArgumentException">Two nodes have one name, or a number of a node is out of its range.</exception>
    public ClusterSnapshot(ImmutableArray<NodeSnapshot> nodes, TenantTree? tenants = null, ServiceHistory? history = null)
    {
        if (nodes.IsDefault)
        {
            throw new ArgumentException("nodes is not set; give an array, which may be empty.", nameof(nodes));
        }

        Nodes = nodes;
        Tenants = tenants ?? TenantTree.Flat;
        History = history ?? ServiceHistory.Empty;
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

            if (node.Problem() is { } problem)
            {
                throw new ArgumentException($"nodes[{i}]: {problem}", nameof(nodes));
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
            if (nodes[i].TakesWork)
            {
                perType[_typeOfNode[i]] += nodes[i].Accelerators;
                perNode[_typeOfNode[i]] = Math.Max(perNode[_typeOfNode[i]], nodes[i].Accelerators);
                Accelerators += nodes[i].Accelerators;
            }
        }

        AcceleratorsPerType = [.. perType];
        LargestNodePerType = [.. perNode];
    }

    private ClusterSnapshot(ClusterSnapshot other, TenantTree tenants, ServiceHistory history)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(history);
        (_typeOfNode, Nodes, Tenants, Types) = (other._typeOfNode, other.Nodes, tenants, other.Types);
        (AcceleratorsPerType, LargestNodePerType, Accelerators) = (other.AcceleratorsPerType, other.LargestNodePerType, other.Accelerators);
        History = history;
    }

    /// <summary>Nodes, ready or not.</summary>
    public ImmutableArray<NodeSnapshot> Nodes { get; }

    /// <summary>Quotas, guarantees and weights of tenants; <see cref="TenantTree.Flat"/> where there are none.</summary>
    public TenantTree Tenants { get; }

    /// <summary>What jobs of this pool had needed when they were done.</summary>
    public ServiceHistory History { get; }

    /// <summary>Accelerator types, in the order in which nodes name them.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>Accelerators of nodes that take work, by index of the type.</summary>
    public ImmutableArray<int> AcceleratorsPerType { get; }

    /// <summary>Accelerators of the largest node of each type that takes work.</summary>
    public ImmutableArray<int> LargestNodePerType { get; }

    /// <summary>Accelerators of all nodes that take work: ready ones that are not being drained.</summary>
    public int Accelerators { get; }

    /// <summary>Index of the type of a node.</summary>
    public int TypeOf(int node) => _typeOfNode[node];

    /// <summary>Index of the type of all accelerators of an allocation; -1 where it has none, or several types.</summary>
    public int TypeOf(Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        var type = -1;
        foreach (var share in allocation.Shares)
        {
            if (type >= 0 && _typeOfNode[share.Node] != type)
            {
                return -1;
            }

            type = _typeOfNode[share.Node];
        }

        return type;
    }

    /// <summary>Whether an allocation has accelerators of several types.</summary>
    public bool IsMixed(Allocation allocation) => TypeOf(allocation) < 0 && !allocation.IsEmpty;

    /// <summary>Accelerators of one type in an allocation.</summary>
    public int CountOf(Allocation allocation, int type)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        var count = 0;
        foreach (var share in allocation.Shares)
        {
            count += _typeOfNode[share.Node] == type ? share.Accelerators : 0;
        }

        return count;
    }

    /// <summary>An allocation in words: "4 × T4 on 2 nodes", "2 × A100 and 2 × T4 on 2 nodes", "0.25 of a T4 on n1".</summary>
    public string Describe(Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        if (allocation.Device is { } part)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{part.ComputeShare:0.###} of a {Types[_typeOfNode[part.Node]]} on {Nodes[part.Node].Name}");
        }

        var types = allocation.Shares.Select(share => _typeOfNode[share.Node]).Distinct()
            .Select(type => $"{CountOf(allocation, type)} × {Types[type]}");
        return allocation.IsEmpty ? "none"
            : $"{string.Join(" and ", types)} on {allocation.Nodes} node{(allocation.Nodes == 1 ? "" : "s")}";
    }

    /// <summary>The same nodes under other quotas.</summary>
    public ClusterSnapshot WithTenants(TenantTree tenants) => new(this, tenants, History);

    /// <summary>The same nodes when more jobs have finished.</summary>
    public ClusterSnapshot WithHistory(ServiceHistory history) => new(this, Tenants, history);
}
