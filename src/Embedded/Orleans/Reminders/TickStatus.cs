namespace Orleans.Runtime;

/// <summary>When a reminder ticks. Immutable.</summary>
[Serializable]
[GenerateSerializer]
[Immutable]
public readonly struct TickStatus
{
    /// <summary>Combines the times, UTC.</summary>
    public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        FirstTickTime = firstTickTime;
        Period = period;
        CurrentTickTime = timeStamp;
    }

    /// <summary>The first tick, UTC.</summary>
    [Id(0)]
    public DateTime FirstTickTime { get; }

    /// <summary>Between ticks.</summary>
    [Id(1)]
    public TimeSpan Period { get; }

    /// <summary>This tick, UTC.</summary>
    [Id(2)]
    public DateTime CurrentTickTime { get; }

    /// <inheritdoc/>
    public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
}
