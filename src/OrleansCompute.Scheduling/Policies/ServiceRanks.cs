namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// How many jobs each job holds up, if it is served first: those that rank behind it, and those that came later. Between two jobs both
/// count, by degrees: of equal rank, the later one is behind; a lead of one turns that round. A count that jumped would make jobs change
/// places, and restart, whenever their ranks cross.
/// </summary>
internal static class ServiceRanks
{
    /// <summary>Counts, in time that grows with n log n.</summary>
    /// <param name="service">Rank of each job, a lower one first; jobs in the order of their submission.</param>
    /// <returns>Jobs behind each, itself left out.</returns>
    public static double[] Behind(double[] service)
    {
        // A later job counts min(1, 1 + x) and an earlier one min(1, x), x being its lead.
        var sorted = (double[])service.Clone();
        Array.Sort(sorted);
        var behind = new double[service.Length];
        var later = new PrefixSums(sorted.Length);
        for (var job = service.Length - 1; job >= 0; job--)
        {
            behind[job] = later.Ramp(sorted, service[job] - 1);
            later.Add(FirstAtLeast(sorted, service[job]), service[job]);
        }

        var earlier = new PrefixSums(sorted.Length);
        for (var job = 0; job < service.Length; job++)
        {
            behind[job] += earlier.Ramp(sorted, service[job]);
            earlier.Add(FirstAtLeast(sorted, service[job]), service[job]);
        }

        return behind;
    }

    private static int FirstAtLeast(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Counts and sums below a position: a binary indexed tree (Fenwick 1994).
    private sealed class PrefixSums(int size)
    {
        private readonly int[] _counts = new int[size + 1];
        private readonly double[] _sums = new double[size + 1];
        private int _count;

        public void Add(int position, double value)
        {
            _count++;
            for (var i = position + 1; i < _counts.Length; i += i & -i)
            {
                _counts[i]++;
                _sums[i] += value;
            }
        }

        /// <summary>Sum over all values v of what v - start is, cut to 0 to 1.</summary>
        public double Ramp(double[] sorted, double start)
        {
            var (low, lowSum) = Below(FirstAtLeast(sorted, start));
            var (high, highSum) = Below(FirstAtLeast(sorted, start + 1));
            return highSum - lowSum - ((high - low) * start) + (_count - high);
        }

        private (int Count, double Sum) Below(int position)
        {
            var (count, sum) = (0, 0.0);
            for (var i = position; i > 0; i -= i & -i)
            {
                count += _counts[i];
                sum += _sums[i];
            }

            return (count, sum);
        }
    }
}
