namespace OrleansCompute.Training.Accelerators;

/// <summary>Settings of an accelerator's executor.</summary>
public sealed record AcceleratorExecutorOptions
{
    /// <summary>Shown in thread names and errors. Default <c>accelerator</c>.</summary>
    public string Name { get; init; } = "accelerator";

    /// <summary>Largest part of the time that work items may take, above 0 to 1. Default 1: no limit.</summary>
    public double ComputeShare { get; init; } = 1;

    /// <summary>Most work items that may wait, 1 to 1,000,000. Default 1024: each caller has one or two in flight, so more means that somebody does not await.</summary>
    public int MaxQueuedItems { get; init; } = 1024;

    /// <summary>How far back the busy fraction looks, 10 ms to 1 h. Default 10 s: what a person watching a dashboard calls "now".</summary>
    public TimeSpan StatisticsWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest time that the accelerator is kept idle for the owner of a share who has had less than its part and is expected back with
    /// its next item, 0 to 10 s. Default 50 ms: between two steps of a job on one machine pass 1 to 10 ms.
    /// </summary>
    public TimeSpan ShareHold { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add("Name is empty; give the accelerator a name.");
        }

        if (!(ComputeShare > 0 && ComputeShare <= 1))
        {
            errors.Add($"ComputeShare is {ComputeShare}; allowed above 0 to 1.");
        }

        if (MaxQueuedItems is < 1 or > 1_000_000)
        {
            errors.Add($"MaxQueuedItems is {MaxQueuedItems}; allowed 1 to 1000000.");
        }

        if (StatisticsWindow < TimeSpan.FromMilliseconds(10) || StatisticsWindow > TimeSpan.FromHours(1))
        {
            errors.Add($"StatisticsWindow is {StatisticsWindow}; allowed 00:00:00.010 to 01:00:00.");
        }

        if (ShareHold < TimeSpan.Zero || ShareHold > TimeSpan.FromSeconds(10))
        {
            errors.Add($"ShareHold is {ShareHold}; allowed 00:00:00 to 00:00:10.");
        }

        return errors;
    }
}
