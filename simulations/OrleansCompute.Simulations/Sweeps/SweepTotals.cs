using System.Collections.Immutable;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>A policy over all workloads of a sweep. Times are seconds.</summary>
/// <param name="Policy">The policy, with its parameters.</param>
/// <param name="Workloads">How many there were.</param>
/// <param name="Jobs">Jobs done in all of them.</param>
/// <param name="UnfinishedJobs">Jobs not done.</param>
/// <param name="MeanJctSeconds">Mean over workloads of their mean completion time.</param>
/// <param name="MeanJctDeviation">Standard deviation of it between workloads; 0 for one.</param>
/// <param name="MedianJctSeconds">Median completion time of all jobs together.</param>
/// <param name="P99JctSeconds">99th percentile of all jobs together, which is how Pollux' authors give it.</param>
/// <param name="MeanP99JctSeconds">Mean over workloads of their 99th percentiles.</param>
/// <param name="MeanMakespanSeconds">Mean over workloads.</param>
/// <param name="MakespanDeviation">Its standard deviation.</param>
/// <param name="MeanUtilisation">Mean over workloads, 0 to 1.</param>
/// <param name="MeanSaturatedUtilisation">Mean over workloads, 0 to 1, of what was held while demand exceeded supply.</param>
/// <param name="MeanRestartsPerJob">Mean over workloads.</param>
/// <param name="MeanGpuHoursPerJob">Mean over workloads.</param>
/// <param name="WorstFtf">Worst finish-time ratio of any job.</param>
/// <param name="MeanUnfairFraction">Mean over workloads, 0 to 1.</param>
/// <param name="RatioToFirst">Mean over workloads of the mean completion time over that of the sweep's first policy.</param>
/// <param name="RatioError">Standard error of that mean: the runs are pairs, so it tells differences that the deviation hides.</param>
/// <param name="ShorterThanFirst">Workloads on which its mean completion time is shorter than that of the first policy.</param>
/// <param name="SignTest">
/// Chance of so many, or of as few, if either policy were as likely to be the shorter one on each workload: the two-sided sign test, ties
/// left out; 1 for the first policy itself.
/// </param>
public sealed record SweepTotals(
    string Policy,
    int Workloads,
    int Jobs,
    int UnfinishedJobs,
    double MeanJctSeconds,
    double MeanJctDeviation,
    double MedianJctSeconds,
    double P99JctSeconds,
    double MeanP99JctSeconds,
    double MeanMakespanSeconds,
    double MakespanDeviation,
    double MeanUtilisation,
    double MeanSaturatedUtilisation,
    double MeanRestartsPerJob,
    double MeanGpuHoursPerJob,
    double WorstFtf,
    double MeanUnfairFraction,
    double RatioToFirst,
    double RatioError,
    int ShorterThanFirst,
    double SignTest)
{
    /// <summary>Sums up each policy, in the order in which they first occur.</summary>
    public static ImmutableArray<SweepTotals> Of(IReadOnlyList<SweepRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var first = rows.Where(row => row.Policy == rows[0].Policy).ToList();
        return
        [
            .. rows.GroupBy(row => row.Policy, StringComparer.Ordinal).Select(group => Of(
                group.Key, [.. group], [.. group.Zip(first, (own, other) => own.Result.AvgJctSeconds / other.Result.AvgJctSeconds)])),
        ];
    }

    private static SweepTotals Of(string policy, List<SweepRow> rows, double[] ratios)
    {
        var results = rows.ConvertAll(row => row.Result);
        var all = results.SelectMany(result => result.Outcomes.Select(job => job.JctSeconds)).ToList();
        return new SweepTotals(
            policy,
            rows.Count,
            results.Sum(result => result.Jobs),
            results.Sum(result => result.UnfinishedJobs),
            results.Average(result => result.AvgJctSeconds),
            Deviation([.. results.Select(result => result.AvgJctSeconds)]),
            Statistics.Quantile(all, 0.5),
            Statistics.Quantile(all, 0.99),
            results.Average(result => result.P99JctSeconds),
            results.Average(result => result.MakespanSeconds),
            Deviation([.. results.Select(result => result.MakespanSeconds)]),
            results.Average(result => result.Utilisation),
            results.Average(result => result.SaturatedUtilisation),
            results.Average(result => result.RestartsPerJob),
            results.Average(result => result.GpuHoursPerJob),
            results.Max(result => result.WorstFtf),
            results.Average(result => result.UnfairFraction),
            ratios.Average(),
            Deviation(ratios) / Math.Sqrt(ratios.Length),
            ratios.Count(ratio => ratio < 1),
            Statistics.SignTest(ratios.Count(ratio => ratio < 1), ratios.Count(ratio => ratio > 1)));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
