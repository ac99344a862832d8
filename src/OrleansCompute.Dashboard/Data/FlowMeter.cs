using System.Collections.Immutable;

namespace OrleansCompute.Dashboard.Data;

/// <summary>Turns two looks at ever-growing counters into a rate. Pure.</summary>
internal static class FlowMeter
{
    /// <summary>A gap longer than this (nobody watched) starts the history anew: its mean would hide what happened.</summary>
    private static readonly TimeSpan _longestGap = TimeSpan.FromSeconds(90);

    public static ImmutableArray<FlowPoint> Append(FabricSnapshot? previous, FabricSnapshot current)
    {
        if (previous is null || current.TakenAt - previous.TakenAt is var gap && (gap <= TimeSpan.Zero || gap > _longestGap))
        {
            return [];
        }

        // A device that was removed, or failed to answer, takes its count with it: that is not a negative flow.
        var point = new FlowPoint(
            Math.Max(0, current.Readings - previous.Readings) / gap.TotalSeconds,
            Math.Max(0, current.Inferences - previous.Inferences) / gap.TotalSeconds);
        var history = previous.Flow.Length >= FabricSnapshot.MaxFlow ? previous.Flow.RemoveAt(0) : previous.Flow;
        return history.Add(point);
    }
}
