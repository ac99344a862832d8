namespace Orleans.Embedded;

/// <summary>
/// Requests that wait for their turn, oldest first. Taking the oldest moves none of the others: a list would make n waiting
/// requests cost n² moves. Not thread-safe, but for <see cref="Count"/>.
/// </summary>
internal sealed class WaitingRequests
{
    // Up to here the memory of a burst is kept for the next one.
    private const int KeptCapacity = 1024;

    private const InvokeMethodOptions Interleaving = InvokeMethodOptions.AlwaysInterleave | InvokeMethodOptions.ReadOnly;

    private readonly List<GrainRequest?> _items = [];
    private int _head;
    private int _count;
    private int _interleaving;

    /// <summary>A hint when read by other threads.</summary>
    public int Count => _count;

    /// <summary>Whether one of them has options by which it may overtake others.</summary>
    public bool AnyInterleaving => _interleaving != 0;

    public GrainRequest this[int index] => _items[_head + index]!;

    public void Add(GrainRequest request)
    {
        _items.Add(request);
        _count++;
        _interleaving += IsInterleaving(request) ? 1 : 0;
    }

    public void RemoveAt(int index)
    {
        _interleaving -= IsInterleaving(this[index]) ? 1 : 0;
        _count--;
        if (index != 0)
        {
            _items.RemoveAt(_head + index);
            return;
        }

        _items[_head++] = null;
        if (_count == 0)
        {
            Reset();
        }
        else if (_head > KeptCapacity && _head > _count)
        {
            _items.RemoveRange(0, _head);
            _head = 0;
        }
    }

    public void RemoveAll(Predicate<GrainRequest> match)
    {
        if (_count == 0)
        {
            return;
        }

        var all = TakeAll();
        all.RemoveAll(match);
        foreach (var request in all)
        {
            Add(request);
        }
    }

    /// <summary>Empties the queue.</summary>
    public List<GrainRequest> TakeAll()
    {
        List<GrainRequest> all = [.. _items.Skip(_head).OfType<GrainRequest>()];
        Reset();
        return all;
    }

    private static bool IsInterleaving(GrainRequest request) => (request.Options & Interleaving) != 0;

    private void Reset()
    {
        _items.Clear();
        if (_items.Capacity > KeptCapacity)
        {
            _items.Capacity = 0;
        }

        _head = 0;
        _count = 0;
        _interleaving = 0;
    }
}
