using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>What is near what: nodes by rack, and where the members of affinity groups are. Not thread-safe.</summary>
internal sealed class Neighbourhood
{
    private readonly ClusterSnapshot _cluster;
    private readonly int[] _rackOf;
    private readonly List<int>[][] _nodes;
    private readonly Dictionary<string, Dictionary<int, int>> _members = new(StringComparer.Ordinal);
    private Dictionary<string, int>? _byName;

    public Neighbourhood(ClusterSnapshot cluster)
    {
        _cluster = cluster;
        _rackOf = new int[cluster.Nodes.Length];
        var racks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var node = 0; node < _rackOf.Length; node++)
        {
            var name = cluster.Nodes[node].Rack;
            _rackOf[node] = -1;
            if (name.Length > 0 && !racks.TryGetValue(name, out _rackOf[node]))
            {
                racks.Add(name, _rackOf[node] = racks.Count);
            }
        }

        for (var node = 0; node < _rackOf.Length; node++)
        {
            foreach (var group in cluster.Nodes[node].OccupiedGroups)
            {
                MembersOf(group)[node] = 1;
            }
        }

        Racks = racks.Count;
        _nodes = new List<int>[cluster.Types.Length][];
        for (var type = 0; type < _nodes.Length; type++)
        {
            _nodes[type] = [.. Enumerable.Range(0, Racks).Select(_ => new List<int>())];
        }

        for (var node = 0; node < _rackOf.Length; node++)
        {
            if (_rackOf[node] >= 0)
            {
                _nodes[cluster.TypeOf(node)][_rackOf[node]].Add(node);
            }
        }
    }

    /// <summary>Number of racks that have a name.</summary>
    public int Racks { get; }

    /// <summary>Nodes of a type in a rack.</summary>
    public IReadOnlyList<int> NodesOf(int type, int rack) => _nodes[type][rack];

    /// <summary>Rack of a node; -1 where it is not known.</summary>
    public int RackOf(int node) => _rackOf[node];

    /// <summary>Nodes that hold a job's data: no other is nearer for being in the same rack.</summary>
    public IEnumerable<int> NodesWithData(JobSnapshot job) => Named(job.NodesWithData);

    /// <summary>Nodes that are near a job's data, or near the members of its group.</summary>
    public IEnumerable<int> NodesNear(JobSnapshot job)
    {
        foreach (var node in Named(job.PreferredNodes))
        {
            yield return node;
        }

        if (job.AffinityGroup.Length > 0 && !job.IsAntiAffine && _members.TryGetValue(job.AffinityGroup, out var members))
        {
            foreach (var node in members.Keys.Order())
            {
                yield return node;
            }
        }
    }

    /// <summary>Whether a member of the group of a job that wants to be apart is on the node.</summary>
    public bool IsForbidden(JobSnapshot? job, int node) =>
        job is { IsAntiAffine: true, AffinityGroup.Length: > 0 } && _members.TryGetValue(job.AffinityGroup, out var members) && members.ContainsKey(node);

    /// <summary>Notes that a job was put on nodes, or with -1 taken off.</summary>
    public void Note(JobSnapshot? job, Allocation allocation, int sign)
    {
        if (job is not { AffinityGroup.Length: > 0 })
        {
            return;
        }

        var members = MembersOf(job.AffinityGroup);
        foreach (var share in allocation.Shares)
        {
            var count = members.GetValueOrDefault(share.Node) + sign;
            if (count > 0)
            {
                members[share.Node] = count;
            }
            else
            {
                members.Remove(share.Node);
            }
        }
    }

    private IEnumerable<int> Named(ImmutableArray<string> names)
    {
        if (names.IsDefaultOrEmpty)
        {
            yield break;
        }

        _byName ??= Enumerable.Range(0, _cluster.Nodes.Length).ToDictionary(node => _cluster.Nodes[node].Name, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (_byName.TryGetValue(name, out var node))
            {
                yield return node;
            }
        }
    }

    private Dictionary<int, int> MembersOf(string group)
    {
        if (!_members.TryGetValue(group, out var members))
        {
            _members.Add(group, members = []);
        }

        return members;
    }
}
