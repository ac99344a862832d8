using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>How a grain timer ticks.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>Sets the times.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Until the first tick, zero or more; infinite for never.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of a callback to the next tick; infinite for a single tick.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether a tick may run while a request waits at an await; default false.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether ticks keep the grain from idle collection; default false.</summary>
    public bool KeepAlive { get; init; }
}
