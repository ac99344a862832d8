namespace OrleansCompute.Training.Accelerators;

/// <summary>The waiting work of one share, and what it used. Belongs to a <see cref="ShareClock"/>; not thread-safe.</summary>
internal sealed class ShareQueue(string name, double fraction)
{
    public string Name { get; } = name;

    public double Fraction { get; } = fraction;

    public Queue<IWorkItem> Items { get; } = new();

    /// <summary>Ticks used over the fraction: who has the least goes first.</summary>
    public double VirtualTicks { get; set; }

    /// <summary>Ticks used.</summary>
    public long BusyTicks { get; set; }

    /// <summary>Whether it is expected to want time: it has work, runs, or had some a moment ago.</summary>
    public bool IsActive { get; set; }

    /// <summary>When its last item ended; 0 while one runs and before the first.</summary>
    public long LastEnd { get; set; }

    /// <summary>Ticks that usually pass between the end of an item and the next that its owner queues.</summary>
    public double ThinkTicks { get; set; }

    /// <summary>Why it is closed; null while it is open.</summary>
    public string? ClosedReason { get; set; }
}
