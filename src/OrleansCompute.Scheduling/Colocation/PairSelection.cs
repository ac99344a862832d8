using OrleansCompute.Scheduling.Mixing;

namespace OrleansCompute.Scheduling.Colocation;

/// <summary>
/// Chooses which jobs share: prices per accelerator of each type are searched as <see cref="TypeAssignment"/> does, and at each step pairs
/// are matched that are worth more, less the price of what they take, than their jobs apart. The matchings of the steps (the last ones, where
/// there are many jobs), none, and the present one are tried: the one whose best assignment is worth most is taken. Early steps, whose prices
/// are high, find those that make room for a large gang by pairing many; trying them too takes 0.3 % off Gavel's mean completion time. Not thread-safe.
/// </summary>
/// <param name="values">[job][type]: worth of each job alone.</param>
/// <param name="sizes">Accelerators of each job.</param>
/// <param name="capacity">Accelerators of each type.</param>
/// <param name="pairs">Those that may share.</param>
/// <param name="options">How long to search.</param>
/// <param name="mixed">How long to search for each assignment.</param>
internal sealed class PairSelection(
    double[][] values, int[] sizes, int[] capacity, IReadOnlyList<JobPair> pairs, ColocationOptions options, MixedTypeOptions mixed)
{
    private const int LongQueue = 512;

    // Jobs, summed over the matchings that are tried: all matchings of a hundred jobs, 8 of 512, one of a longer queue.
    private const int TriedJobs = 4_096;
    private readonly double[] _single = new double[sizes.Length];
    private readonly double[] _keys = new double[pairs.Count];
    private readonly int[] _order = new int[pairs.Count];
    private readonly bool[] _isTaken = new bool[sizes.Length];

    private int[] _types = [];
    private int[] _counts = [];

    /// <summary>Chooses pairs of the jobs of one tier, and takes what they and the others of the tier need from what is left.</summary>
    /// <param name="tier">Indices of its jobs.</param>
    /// <param name="alone">[job][type]: worth of every job alone.</param>
    /// <param name="counts">Accelerators of every job.</param>
    /// <param name="left">By type; for the next tier less.</param>
    /// <param name="found">Pairs of all tiers.</param>
    /// <param name="options">How long to search.</param>
    /// <param name="mixed">How long to search for each assignment.</param>
    public static IEnumerable<JobPair> Of(
        int[] tier, double[][] alone, Func<int, int> counts, int[] left, IReadOnlyList<JobPair> found, ColocationOptions options, MixedTypeOptions mixed)
    {
        var local = tier.Select((job, i) => (job, i)).ToDictionary(pair => pair.job, pair => pair.i);
        var pairs = found.Where(pair => local.ContainsKey(pair.Host) && local.ContainsKey(pair.Guest)).ToList();
        var selection = new PairSelection(
            [.. tier.Select(job => alone[job])], [.. tier.Select(counts)], left.ToArray(),
            [.. pairs.Select(pair => pair with { Host = local[pair.Host], Guest = local[pair.Guest] })], options, mixed);
        var chosen = selection.Solve();
        for (var unit = 0; unit < selection._types.Length; unit++)
        {
            if (selection._types[unit] >= 0)
            {
                left[selection._types[unit]] -= selection._counts[unit];
            }
        }

        // What waits, waits each for itself. Pairs come first among the units.
        return chosen.Where((pair, unit) => selection._types[unit] >= 0 || pairs[pair].IsFixed).Select(pair => pairs[pair]);
    }

    /// <summary>Numbers of the pairs that share; no job is in two of them.</summary>
    private List<int> Solve()
    {
        var tried = new List<List<int>>();
        if (pairs.Count > 0)
        {
            Search(tried);
        }

        AddNew(tried, Where(pair => pair.IsTogether));
        AddNew(tried, Where(pair => pair.IsFixed));
        var (best, worth) = (tried[0], double.NegativeInfinity);
        foreach (var matching in tried)
        {
            var (here, types, counts) = Worth(matching);
            if (here > worth + 1e-9)
            {
                (best, worth, _types, _counts) = (matching, here, types, counts);
            }
        }

        return best;
    }

    private void Search(List<List<int>> tried)
    {
        var prices = new double[capacity.Length];
        var step = values.Select((row, job) => row.DefaultIfEmpty(0).Max() / sizes[job]).DefaultIfEmpty(0).Max() / 2;
        var triedSteps = sizes.Length <= LongQueue ? TriedJobs / sizes.Length : 1;
        for (var i = 0; i < options.PairingSteps; i++)
        {
            var matching = Match(prices);
            if (i >= options.PairingSteps - triedSteps)
            {
                AddNew(tried, matching);
            }

            AdjustPrices(prices, matching, step);
            step *= 0.9;
        }
    }

    private static void AddNew(List<List<int>> tried, List<int> matching)
    {
        if (!tried.Exists(other => other.SequenceEqual(matching)))
        {
            tried.Add(matching);
        }
    }

    private List<int> Where(Predicate<JobPair> isIn) => [.. Enumerable.Range(0, pairs.Count).Where(pair => isIn(pairs[pair]))];

    private static double Best(double[] row, double[] prices, int size, out int type)
    {
        (type, var best) = (-1, 0.0);
        for (var t = 0; t < row.Length; t++)
        {
            if (row[t] - (prices[t] * size) is var net && net > best)
            {
                (type, best) = (t, net);
            }
        }

        return best;
    }

    // Greedy by what is gained: within a factor of two of the best matching, and mostly equal.
    private List<int> Match(double[] prices)
    {
        for (var job = 0; job < sizes.Length; job++)
        {
            _single[job] = Best(values[job], prices, sizes[job], out _);
        }

        var gaining = 0;
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            var (host, guest) = (pairs[pair].Host, pairs[pair].Guest);
            var gain = Best(pairs[pair].Values, prices, sizes[host], out _) - _single[host] - _single[guest];
            if (gain > 1e-9 || pairs[pair].IsFixed)
            {
                (_keys[gaining], _order[gaining]) = (pairs[pair].IsFixed ? double.NegativeInfinity : -gain, pair);
                gaining++;
            }
        }

        Array.Sort(_keys, _order, 0, gaining);
        Array.Clear(_isTaken);
        var chosen = new List<int>();
        foreach (var pair in _order.AsSpan(0, gaining))
        {
            if (!_isTaken[pairs[pair].Host] && !_isTaken[pairs[pair].Guest])
            {
                (_isTaken[pairs[pair].Host], _isTaken[pairs[pair].Guest]) = (true, true);
                chosen.Add(pair);
            }
        }

        chosen.Sort();
        return chosen;
    }

    private void AdjustPrices(double[] prices, List<int> matching, double step)
    {
        var wanted = new long[prices.Length];
        Array.Clear(_isTaken);
        foreach (var pair in matching)
        {
            (_isTaken[pairs[pair].Host], _isTaken[pairs[pair].Guest]) = (true, true);
            Best(pairs[pair].Values, prices, sizes[pairs[pair].Host], out var type);
            if (type >= 0)
            {
                wanted[type] += sizes[pairs[pair].Host];
            }
        }

        for (var job = 0; job < sizes.Length; job++)
        {
            var type = -1;
            if (!_isTaken[job] && Best(values[job], prices, sizes[job], out type) > 0)
            {
                wanted[type] += sizes[job];
            }
        }

        for (var t = 0; t < prices.Length; t++)
        {
            prices[t] = Math.Max(0, prices[t] + (step * Math.Clamp((wanted[t] - capacity[t]) / (double)Math.Max(1, capacity[t]), -1, 1)));
        }
    }

    private (double Sum, int[] Types, int[] Counts) Worth(List<int> matching)
    {
        Array.Clear(_isTaken);
        var rows = new List<double[]>();
        var counts = new List<int>();
        foreach (var pair in matching)
        {
            (_isTaken[pairs[pair].Host], _isTaken[pairs[pair].Guest]) = (true, true);
            rows.Add(pairs[pair].Values);
            counts.Add(sizes[pairs[pair].Host]);
        }

        for (var job = 0; job < sizes.Length; job++)
        {
            if (!_isTaken[job])
            {
                rows.Add(values[job]);
                counts.Add(sizes[job]);
            }
        }

        var types = new TypeAssignment([.. rows], [.. counts], capacity).Solve(mixed.PriceSteps, mixed.ImprovementLooks);
        return (types.Select((type, unit) => type < 0 ? 0 : rows[unit][type]).Sum(), types, [.. counts]);
    }
}
