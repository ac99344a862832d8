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
        return Rate(intervals.Select(interval => new UsageSum(interval.Job, Math.Max(0, (interval.To - interval.From).Ticks), interval.Share)), perAcceleratorHour);
    }

    /// <summary>Prices sums of intervals: to the same amounts as the intervals.</summary>
    /// <param name="sums">Sums in any order; a job may have several.</param>
    /// <param name="perAcceleratorHour">Price of one accelerator for an hour, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The price or a sum is negative, or a share is not above 0 to 1.</exception>
    public static RatedUsage Rate(IEnumerable<UsageSum> sums, decimal perAcceleratorHour)
    {
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentOutOfRangeException.ThrowIfNegative(perAcceleratorHour);
        var jobs = sums.GroupBy(sum => sum.Job, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                // Ticks are whole numbers and shares have few digits: sums are exact in any order, and divided once.
                var seconds = group.Sum(sum => TicksOf(sum) * ShareOf(sum)) / TimeSpan.TicksPerSecond;
                return new RatedJob(group.Key, seconds, seconds * perAcceleratorHour / 3600m, group.Sum(TicksOf) / TimeSpan.TicksPerSecond);
            })
            .ToImmutableArray();
        return new RatedUsage(
            jobs, jobs.Sum(job => job.AcceleratorSeconds), Math.Round(jobs.Sum(job => job.Amount), 2, MidpointRounding.AwayFromZero));

        static decimal TicksOf(UsageSum sum) => sum.HeldTicks >= 0
            ? sum.HeldTicks
            : throw new ArgumentOutOfRangeException(
                nameof(sums), sum.HeldTicks, $"Time of job '{sum.Job}' is {sum.HeldTicks} ticks; allowed: 0 or more.");

        static decimal ShareOf(UsageSum sum) => sum.Share is > 0 and <= 1
            ? sum.Share
            : throw new ArgumentOutOfRangeException(
                nameof(sums), sum.Share, $"A share of job '{sum.Job}' is {sum.Share}; allowed: above 0 to 1.");
    }
}
