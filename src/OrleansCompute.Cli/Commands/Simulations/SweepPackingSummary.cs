using System.Collections.Immutable;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>A packing policy on a list of tasks, over seeds. Percentages are of the pool.</summary>
internal sealed record SweepPackingSummary(
    string Workload,
    string Policy,
    int FirstSeed,
    double MeanAllocationPercent,
    double AllocationDeviation,
    double MeanFragmentedPercentAt80,
    ImmutableArray<double> AllocationPercentBySeed,
    ImmutableArray<double> FragmentedPercentAt80BySeed)
{
    public static SweepPackingSummary Of(
        string workload, string policy, int firstSeed, ImmutableArray<double> allocation, ImmutableArray<double> fragmented)
    {
        var mean = allocation.Average();
        var spread = allocation.Length < 2 ? 0 : Math.Sqrt(allocation.Sum(value => (value - mean) * (value - mean)) / (allocation.Length - 1));
        return new SweepPackingSummary(workload, policy, firstSeed, mean, spread, fragmented.Average(), allocation, fragmented);
    }
}
