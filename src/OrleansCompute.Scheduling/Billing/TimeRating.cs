using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Billing;

/// <summary>Rates usage by time, a part of an accelerator as that part. Decimal arithmetic, so that an invoice recomputed from the ledger is equal to the cent. Pure.</summary>
public static class TimeRating
{
    /// <summary>Prices intervals.</summary>
    /// <param name="intervals">Intervals in any order.</param>
    /// <param name="perAcceleratorHour">Price of one accelerator for an hour, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The price is negative, or a share is not above 0 to 1.</exception>
    public static RatedUsage Rate(IEnumerable<UsageInterval> intervals, decimal perAcceleratorHour)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentOutOfRangeException.ThrowIfNegative(perAcceleratorHour);
        var jobs = intervals.GroupBy(interval => interval.Job, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                // Ticks are whole numbers and shares have few digits: sums are exact in any order, and divided once.
                var seconds = group.Sum(interval => Ticks(interval) * ShareOf(interval)) / TimeSpan.TicksPerSecond;
                return new RatedJob(
                    group.Key, seconds, seconds * perAcceleratorHour / 3600m, group.Sum(Ticks) / TimeSpan.TicksPerSecond);
            })
            .ToImmutableArray();
        return new RatedUsage(
            jobs, jobs.Sum(job => job.AcceleratorSeconds), Math.Round(jobs.Sum(job => job.Amount), 2, MidpointRounding.AwayFromZero));

        static decimal Ticks(UsageInterval interval) => Math.Max(0, (interval.To - interval.From).Ticks);

        static decimal ShareOf(UsageInterval interval) => interval.Share is > 0 and <= 1
            ? interval.Share
            : throw new ArgumentOutOfRangeException(
                nameof(intervals), interval.Share, $"A share of job '{interval.Job}' is {interval.Share}; allowed: above 0 to 1.");
    }
}
