namespace OrleansCompute.Mqtt.Topics;

/// <summary>
/// Finds the subscriptions whose filter matches a topic, in time that depends on the levels of the topic and on the matches, not
/// on the number of subscriptions. Thread-safe; many readers, one writer.
/// </summary>
/// <typeparam name="T">What is stored per filter; compared by reference or value equality when removed.</typeparam>
internal sealed class SubscriptionTrie<T> : IDisposable
    where T : notnull
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Node _root = new(null, "");

    /// <summary>How many items are stored.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item under a valid filter. The same item must not be added twice.</summary>
    public void Add(string filter, T item)
    {
        _lock.EnterWriteLock();
        try
        {
            var node = _root;
            foreach (var range in filter.AsSpan().Split('/'))
            {
                node = node.GetOrAdd(filter.AsSpan(range));
            }

            (node.Items ??= []).Add(item);
            Count++;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Removes an item and the nodes that only it needed; false when it was not there.</summary>
    public bool Remove(string filter, T item)
    {
        _lock.EnterWriteLock();
        try
        {
            var node = _root;
            foreach (var range in filter.AsSpan().Split('/'))
            {
                if (node.Find(filter.AsSpan(range)) is not { } child)
                {
                    return false;
                }

                node = child;
            }

            if (node.Items?.Remove(item) != true)
            {
                return false;
            }

            Count--;
            for (; node is { Parent: not null, IsEmpty: true }; node = node.Parent)
            {
                node.Parent.Remove(node.Level);
            }

            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Adds every match to <paramref name="into"/>; an item stored under several matching filters comes several times.</summary>
    public void Match(string topic, List<T> into)
    {
        _lock.EnterReadLock();
        try
        {
            // Filters that begin with a wildcard do not match topics that begin with $ (MQTT-4.7.2-1).
            Match(_root, topic, wildcards: topic[0] != '$', into);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void Match(Node node, ReadOnlySpan<char> rest, bool wildcards, List<T> into)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (wildcards)
        {
            node.MultiLevel?.CopyTo(into);
        }

        Descend(node.Find(level), slash, rest, into);
        if (wildcards)
        {
            Descend(node.SingleLevel, slash, rest, into);
        }
    }

    private static void Descend(Node? node, int slash, ReadOnlySpan<char> rest, List<T> into)
    {
        if (node is null)
        {
            return;
        }

        if (slash >= 0)
        {
            Match(node, rest[(slash + 1)..], wildcards: true, into);
            return;
        }

        node.CopyTo(into);

        // "a/#" also matches "a".
        node.MultiLevel?.CopyTo(into);
    }

    private sealed class Node(Node? parent, string level)
    {
        private Dictionary<string, Node>? _children;

        public Node? Parent => parent;

        public string Level => level;

        public List<T>? Items { get; set; }

        public Node? SingleLevel { get; private set; }

        public Node? MultiLevel { get; private set; }

        public bool IsEmpty => Items is not { Count: > 0 } && _children is not { Count: > 0 } && SingleLevel is null && MultiLevel is null;

        public void CopyTo(List<T> into)
        {
            if (Items is not null)
            {
                into.AddRange(Items);
            }
        }

        public Node? Find(ReadOnlySpan<char> name) => name switch
        {
            "+" => SingleLevel,
            "#" => MultiLevel,
            _ when _children is not null =>
                _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var child) ? child : null,
            _ => null,
        };

        public Node GetOrAdd(ReadOnlySpan<char> name)
        {
            if (Find(name) is { } existing)
            {
                return existing;
            }

            var child = new Node(this, name.ToString());
            switch (name)
            {
                case "+": SingleLevel = child; break;
                case "#": MultiLevel = child; break;
                default: (_children ??= new Dictionary<string, Node>(StringComparer.Ordinal)).Add(child.Level, child); break;
            }

            return child;
        }

        public void Remove(string name)
        {
            switch (name)
            {
                case "+": SingleLevel = null; break;
                case "#": MultiLevel = null; break;
                default: _children?.Remove(name); break;
            }
        }
    }
}
