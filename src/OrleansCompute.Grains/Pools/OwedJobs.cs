namespace OrleansCompute.Grains.Pools;

/// <summary>Jobs that were decided to hold more than they do: others have to give it back first. Used on the grain's turn.</summary>
internal sealed class OwedJobs
{
    private readonly Dictionary<string, LinkedListNode<string>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _line = [];

    /// <summary>Puts one behind all others; one that is there stays where it is.</summary>
    public void Add(string id)
    {
        if (!_nodes.ContainsKey(id))
        {
            _nodes.Add(id, _line.AddLast(id));
        }
    }

    public void Remove(string id)
    {
        if (_nodes.Remove(id, out var node))
        {
            _line.Remove(node);
        }
    }

    public void Clear()
    {
        _nodes.Clear();
        _line.Clear();
    }

    /// <summary>The first so many that are wanted. They go behind all others, so that everyone's turn comes.</summary>
    public IReadOnlyList<string> Next(int most, Func<string, bool> isWanted)
    {
        var next = new List<string>(Math.Min(most, _line.Count));
        for (var node = _line.First; node is not null && next.Count < most; node = node.Next)
        {
            if (isWanted(node.Value))
            {
                next.Add(node.Value);
            }
        }

        foreach (var id in next)
        {
            var node = _nodes[id];
            _line.Remove(node);
            _line.AddLast(node);
        }

        return next;
    }
}
