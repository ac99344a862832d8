namespace OrleansCompute.Training.Accelerators;

/// <summary>
/// Says whose work is next: start-time fair queueing (Goyal, Vin, Cheng 1996) over the time that items took, so that unequal items do
/// not change the shares. A training step ends in an answer and the next one comes a moment later; strict queueing would give that moment,
/// and with it a whole step, to whoever waits, and two jobs would always get half each. So a share that is behind is kept the accelerator
/// for a short while after its item ended (anticipatory scheduling, Iyer and Druschel 2001), unless its owner usually takes longer to come
/// back. Not thread-safe.
/// </summary>
/// <param name="holdTicks">Longest time that the accelerator is kept idle for a share that is expected back.</param>
internal sealed class ShareClock(long holdTicks)
{
    // Of the usual time between items, how much the last one counts.
    private const double ThinkWeight = 0.25;
    private readonly List<ShareQueue> _queues = [];
    private double _now;

    /// <summary>Items that wait.</summary>
    public int Count { get; private set; }

    public ShareQueue Open(string name, double fraction)
    {
        var queue = new ShareQueue(name, fraction) { VirtualTicks = _now };
        _queues.Add(queue);
        return queue;
    }

    /// <summary>Closes a queue and gives what waited in it.</summary>
    public IReadOnlyList<IWorkItem> Close(ShareQueue queue, string reason)
    {
        queue.ClosedReason ??= reason;
        queue.IsActive = false;
        _queues.Remove(queue);
        IWorkItem[] left = [.. queue.Items];
        Count -= left.Length;
        queue.Items.Clear();
        return left;
    }

    public void Enqueue(ShareQueue queue, IWorkItem item, long now)
    {
        var isBack = queue.Items.Count == 0 && queue.LastEnd > 0;
        if (!queue.IsActive || (isBack && now - queue.LastEnd > holdTicks))
        {
            // Time that it did not want is not saved up.
            queue.IsActive = true;
            queue.VirtualTicks = Math.Max(queue.VirtualTicks, _now);
        }

        if (isBack)
        {
            // Bounded, so that one long pause is forgotten after a few short ones.
            var think = Math.Min(now - queue.LastEnd, 4.0 * holdTicks);
            queue.ThinkTicks += ThinkWeight * (think - queue.ThinkTicks);
        }

        queue.Items.Enqueue(item);
        Count++;
    }

    /// <summary>The next item; null where none may begin before <paramref name="waitUntil"/>.</summary>
    /// <param name="now">Timestamp.</param>
    /// <param name="mayHold">Whether the accelerator may be kept idle at all.</param>
    /// <param name="owner">Whose the item is.</param>
    /// <param name="waitUntil">When to ask again, where nothing is given although items wait.</param>
    public IWorkItem? Next(long now, bool mayHold, out ShareQueue? owner, out long waitUntil)
    {
        (owner, waitUntil) = (null, long.MaxValue);
        while (Count > 0)
        {
            var best = Least(mayHold);
            if (best.Items.TryDequeue(out var item))
            {
                Count--;
                best.LastEnd = 0;
                _now = Math.Max(_now, best.VirtualTicks);
                owner = best;
                return item;
            }

            waitUntil = best.LastEnd + holdTicks;
            if (now < waitUntil)
            {
                return null;
            }

            // It does not come back: the others go on without it.
            best.IsActive = false;
        }

        return null;
    }

    /// <summary>Charges a finished item to its share.</summary>
    public static void Charge(ShareQueue queue, long start, long end)
    {
        queue.BusyTicks += end - start;
        queue.VirtualTicks += (end - start) / queue.Fraction;
        queue.LastEnd = end;
    }

    // A handful of shares per accelerator: looking at all is faster than a heap that follows their changes.
    private ShareQueue Least(bool mayHold)
    {
        ShareQueue? best = null;
        foreach (var queue in _queues)
        {
            var counts = queue.Items.Count > 0 || (mayHold && queue.IsActive && queue.ThinkTicks <= holdTicks);
            if (counts && (best is null || queue.VirtualTicks < best.VirtualTicks
                || (queue.VirtualTicks == best.VirtualTicks && best.Items.Count == 0 && queue.Items.Count > 0)))
            {
                best = queue;
            }
        }

        return best!;
    }
}
