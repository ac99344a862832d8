namespace OrleansCompute.Training.Accelerators;

/// <summary>What an accelerator did lately. A snapshot.</summary>
public sealed record AcceleratorStatistics
{
    /// <summary>Part of the window that was spent in work items, 0 to 1.</summary>
    public required double BusyFraction { get; init; }

    /// <summary>The time that <see cref="BusyFraction"/> looks back over; shorter than asked for while the accelerator is younger than that.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Time spent in work items since the start.</summary>
    public required TimeSpan TotalBusyTime { get; init; }

    /// <summary>Work items that wait, the running one not included.</summary>
    public required int QueuedItems { get; init; }

    /// <summary>Work items that ended, with a result or an exception.</summary>
    public required long CompletedItems { get; init; }

    /// <summary>Of the ended ones, those that ended with an exception.</summary>
    public required long FailedItems { get; init; }
}
