using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Billing;

/// <summary>Rates usage by time. Decimal arithmetic, so that an invoice recomputed from the ledger is equal to the cent. Pure.</summary>
public static class TimeRating
{
    /// <summary>Prices intervals.</summary>
    /// <param name="intervals">Intervals in any order.</param>
    /// <param name="perAcceleratorHour">Price of one accelerator for an hour, 0 or more.</param>
    public static RatedUsage Rate(IEnumerable<UsageInterval> intervals, decimal perAcceleratorHour)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentOutOfRangeException.ThrowIfNegative(perAcceleratorHour);
        var jobs = intervals.GroupBy(interval => interval.Job, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                var seconds = group.Sum(interval => (decimal)Math.Max(0, (interval.To - interval.From).Ticks)) / TimeSpan.TicksPerSecond;
                return new RatedJob(group.Key, seconds, seconds * perAcceleratorHour / 3600m);
            })
            .ToImmutableArray();
        return new RatedUsage(
            jobs, jobs.Sum(job => job.AcceleratorSeconds), Math.Round(jobs.Sum(job => job.Amount), 2, MidpointRounding.AwayFromZero));
    }
}
