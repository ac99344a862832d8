
namespace OrleansCompute.Mqtt.Broker;

/// <summary>The last retained message per topic, bounded by count and bytes. Thread-safe.</summary>
internal sealed class RetainedStore(int maximumMessages, long maximumBytes)
{
    private readonly Lock _gate = new();
    private readonly Node _root = new(null, "");

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Stores the message, or removes what is stored when its payload is empty; false when a limit forbids it.</summary>
    public bool Set(StoredMessage message)
    {
        lock (_gate)
        {
            if (message.Payload.IsEmpty)
            {
                Remove(message.Topic);
                return true;
            }

            var node = Find(message.Topic);
            var more = message.Payload.Length - (node?.Message?.Payload.Length ?? 0);
            var isNew = node?.Message is null;
            if ((isNew && Count >= maximumMessages) || Bytes + more > maximumBytes)
            {
                return false;
            }

            node ??= Create(message.Topic);
            node.Message = message;
            Bytes += more;
            Count += isNew ? 1 : 0;
            return true;
        }
    }

    /// <summary>Removes one exact message, if it is still the stored one: it has expired.</summary>
    public void RemoveExpired(StoredMessage message)
    {
        lock (_gate)
        {
            if (ReferenceEquals(Find(message.Topic)?.Message, message))
            {
                Remove(message.Topic);
            }
        }
    }

    /// <summary>Adds the messages whose topic matches a valid filter.</summary>
    public void Match(string filter, List<StoredMessage> into)
    {
        lock (_gate)
        {
            Match(_root, filter, atRoot: true, into);
        }
    }

    private static void Match(Node node, ReadOnlySpan<char> rest, bool atRoot, List<StoredMessage> into)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (level is "#")
        {
            Collect(node, atRoot, into);
            return;
        }

        if (level is not "+")
        {
            Step(node.Find(level), slash, rest, into);
            return;
        }

        foreach (var child in node.Children)
        {
            if (!atRoot || !child.Level.StartsWith('$'))
            {
                Step(child, slash, rest, into);
            }
        }
    }

    private static void Step(Node? node, int slash, ReadOnlySpan<char> rest, List<StoredMessage> into)
    {
        if (node is null)
        {
            return;
        }

        if (slash >= 0)
        {
            Match(node, rest[(slash + 1)..], atRoot: false, into);
        }
        else if (node.Message is { } message)
        {
            into.Add(message);
        }
    }

    private static void Collect(Node node, bool atRoot, List<StoredMessage> into)
    {
        if (node.Message is { } message)
        {
            into.Add(message);
        }

        foreach (var child in node.Children)
        {
            if (!atRoot || !child.Level.StartsWith('$'))
            {
                Collect(child, atRoot: false, into);
            }
        }
    }

    private Node? Find(string topic)
    {
        Node? node = _root;
        foreach (var range in topic.AsSpan().Split('/'))
        {
            node = node.Find(topic.AsSpan(range));
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    private Node Create(string topic)
    {
        var node = _root;
        foreach (var range in topic.AsSpan().Split('/'))
        {
            node = node.GetOrAdd(topic.AsSpan(range));
        }

        return node;
    }

    private void Remove(string topic)
    {
        if (Find(topic) is not { Message: { } message } node)
        {
            return;
        }

        node.Message = null;
        Count--;
        Bytes -= message.Payload.Length;
        for (; node is { Parent: not null, IsEmpty: true }; node = node.Parent)
        {
            node.Parent.Remove(node.Level);
        }
    }

    private sealed class Node(Node? parent, string level)
    {
        private Dictionary<string, Node>? _children;

        public Node? Parent => parent;

        public string Level => level;

        public StoredMessage? Message { get; set; }

        public bool IsEmpty => Message is null && _children is not { Count: > 0 };

        public IReadOnlyCollection<Node> Children => _children is null ? [] : _children.Values;

        public Node? Find(ReadOnlySpan<char> name) =>
            _children is not null && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var child) ? child : null;

        public Node GetOrAdd(ReadOnlySpan<char> name)
        {
            if (Find(name) is { } existing)
            {
                return existing;
            }

            var child = new Node(this, name.ToString());
            (_children ??= new Dictionary<string, Node>(StringComparer.Ordinal)).Add(child.Level, child);
            return child;
        }

        public void Remove(string name) => _children?.Remove(name);
    }
}
