namespace OrleansCompute.Scheduling.Mixing;

/// <summary>
/// Gives each job one type or none, so that the values add up to much and the gangs fit: a knapsack with several sacks. Prices per
/// accelerator of each type are searched as in Lagrangian relaxation; at each step jobs are served by value per accelerator less the
/// price; the best of these assignments is improved by moving a job to a better type and what it displaces elsewhere. Not thread-safe.
/// </summary>
/// <param name="values">[job][type]: worth of running there; 0 where it cannot.</param>
/// <param name="sizes">Accelerators of each job.</param>
/// <param name="capacity">Accelerators of each type.</param>
internal sealed class TypeAssignment(double[][] values, int[] sizes, int[] capacity)
{
    private const double Least = 1e-12;
    private int[] _types = [];
    private int[] _left = [];
    private int _looks;

    /// <summary>The type of each job; -1 where it waits.</summary>
    public int[] Solve(int priceSteps, int looks)
    {
        var prices = new double[capacity.Length];
        var best = -1.0;
        var step = values.Select((row, job) => row.DefaultIfEmpty(0).Max() / sizes[job]).DefaultIfEmpty(0).Max() / 2;
        _looks = looks;

        // With one type prices decide nothing. Serving all jobs at each step would cost too much for long queues: there, at the last few.
        var steps = capacity.Length == 1 ? 1 : priceSteps;
        var servedFrom = sizes.Length <= 512 ? 0 : Math.Max(0, steps - 4);
        for (var i = 0; i < steps; i++)
        {
            if (i >= servedFrom)
            {
                var (sum, types, left) = Serve(prices);
                if (sum > best)
                {
                    (best, _types, _left) = (sum, types, left);
                }
            }

            AdjustPrices(prices, step);
            step *= 0.9;
        }

        if (capacity.Length > 1)
        {
            Improve();
        }

        return _types;
    }

    private void AdjustPrices(double[] prices, double step)
    {
        var wanted = new long[prices.Length];
        for (var job = 0; job < sizes.Length; job++)
        {
            var (type, net) = (-1, 0.0);
            for (var t = 0; t < prices.Length; t++)
            {
                var here = values[job][t] - (prices[t] * sizes[job]);
                (type, net) = here > net ? (t, here) : (type, net);
            }

            if (type >= 0)
            {
                wanted[type] += sizes[job];
            }
        }

        for (var t = 0; t < prices.Length; t++)
        {
            prices[t] = Math.Max(0, prices[t] + (step * Math.Clamp((wanted[t] - capacity[t]) / (double)Math.Max(1, capacity[t]), -1, 1)));
        }
    }

    private (double Sum, int[] Types, int[] Left) Serve(double[] prices)
    {
        var left = capacity.ToArray();
        var types = new int[sizes.Length];
        Array.Fill(types, -1);
        var queue = new PriorityQueue<(int Job, int Type), (double, int)>();
        for (var job = 0; job < sizes.Length; job++)
        {
            Push(job);
        }

        var sum = 0.0;
        while (queue.TryDequeue(out var next, out _))
        {
            if (left[next.Type] < sizes[next.Job])
            {
                Push(next.Job);
                continue;
            }

            left[next.Type] -= sizes[next.Job];
            types[next.Job] = next.Type;
            sum += values[next.Job][next.Type];
        }

        return (sum, types, left);

        void Push(int job)
        {
            var (type, net) = (-1, double.NegativeInfinity);
            for (var t = 0; t < prices.Length; t++)
            {
                if (values[job][t] > 0 && left[t] >= sizes[job] && (values[job][t] / sizes[job]) - prices[t] > net)
                {
                    (type, net) = (t, (values[job][t] / sizes[job]) - prices[t]);
                }
            }

            if (type >= 0)
            {
                queue.Enqueue((job, type), (-net, job));
            }
        }
    }

    // Large gangs first: they are what serving by density leaves behind.
    private void Improve()
    {
        var order = Enumerable.Range(0, sizes.Length).OrderByDescending(job => sizes[job]).ToArray();
        for (var isBetter = true; isBetter && _looks > 0;)
        {
            isBetter = false;
            foreach (var job in order)
            {
                for (var type = 0; type < capacity.Length && _looks > 0; type++)
                {
                    isBetter |= values[job][type] > Value(_types, job) + Least && capacity[type] >= sizes[job] && TryMove(job, type);
                }
            }
        }
    }

    private bool TryMove(int job, int type)
    {
        var (types, left) = (_types.ToArray(), _left.ToArray());
        var gain = Put(types, left, job, type);
        while (left[type] < 0)
        {
            var (evicted, elsewhere) = Cheapest(types, left, job, type);
            if (evicted < 0)
            {
                return false;
            }

            gain += Put(types, left, evicted, elsewhere);
        }

        for (var more = true; more && _looks > 0;)
        {
            var (next, to) = MostWorth(types, left);
            more = next >= 0;
            gain += more ? Put(types, left, next, to) : 0;
        }

        if (gain <= 1e-9)
        {
            return false;
        }

        (_types, _left) = (types, left);
        return true;
    }

    // The job on the type whose leaving costs least for each accelerator that is missing, and where it goes then.
    private (int Job, int Elsewhere) Cheapest(int[] types, int[] left, int except, int type)
    {
        _looks -= sizes.Length;
        var (best, bestElsewhere, least) = (-1, -1, double.PositiveInfinity);
        for (var job = 0; job < sizes.Length; job++)
        {
            if (job == except || types[job] != type)
            {
                continue;
            }

            var (elsewhere, worth) = (-1, 0.0);
            for (var t = 0; t < left.Length; t++)
            {
                if (t != type && left[t] >= sizes[job] && values[job][t] > worth)
                {
                    (elsewhere, worth) = (t, values[job][t]);
                }
            }

            var cost = (values[job][type] - worth) / Math.Min(sizes[job], -left[type]);
            if (cost < least)
            {
                (best, bestElsewhere, least) = (job, elsewhere, cost);
            }
        }

        return (best, bestElsewhere);
    }

    private (int Job, int Type) MostWorth(int[] types, int[] left)
    {
        _looks -= sizes.Length;
        var (best, bestType, most) = (-1, -1, Least);
        for (var job = 0; job < sizes.Length; job++)
        {
            for (var t = 0; t < left.Length; t++)
            {
                if (t != types[job] && left[t] >= sizes[job] && (values[job][t] - Value(types, job)) / sizes[job] > most)
                {
                    (best, bestType, most) = (job, t, (values[job][t] - Value(types, job)) / sizes[job]);
                }
            }
        }

        return (best, bestType);
    }

    private double Put(int[] types, int[] left, int job, int type)
    {
        var before = Value(types, job);
        if (types[job] >= 0)
        {
            left[types[job]] += sizes[job];
        }

        types[job] = type;
        if (type >= 0)
        {
            left[type] -= sizes[job];
        }

        return Value(types, job) - before;
    }

    private double Value(int[] types, int job) => types[job] < 0 ? 0 : values[job][types[job]];
}
