namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>
/// How much service, in accelerator-seconds, jobs needed that have finished; from it, how much one that has had some still needs.
/// Where at least <see cref="EmpiricalSamples"/> of the finished ones needed more than that, their quartiles; where fewer did, those of
/// a log-normal law through all of them, cut off at what the job has had: lengths of training jobs span four decades, and their
/// logarithms are close to normal. Immutable.
/// </summary>
public sealed class ServiceDistribution
{
    /// <summary>Longest history that is used: the most recent jobs. More change a quartile by less than 3 %.</summary>
    public const int MaxSamples = 1_000;

    /// <summary>Fewest finished jobs from which anything is learned. With fewer, a forecast would be a guess.</summary>
    public const int MinSamples = 3;

    /// <summary>Finished jobs beyond the attained service from which their own quartiles are taken.</summary>
    public const int EmpiricalSamples = 20;

    // Few samples say little of the spread: five more are assumed with that of the Philly jobs' logarithms, about 2.
    private const double PriorSpread = 2;
    private const double PriorWeight = 5;
    private readonly double[] _sorted;
    private readonly double _mean;
    private readonly double _spread;

    private ServiceDistribution(double[] sorted)
    {
        _sorted = sorted;
        if (sorted.Length > 0)
        {
            var logs = sorted.Select(service => Math.Log(service)).ToArray();
            var mean = logs.Average();
            _mean = mean;
            _spread = Math.Sqrt(((PriorWeight * PriorSpread * PriorSpread) + logs.Sum(log => (log - mean) * (log - mean))) / (PriorWeight + logs.Length - 1));
        }
    }

    /// <summary>Nothing is known.</summary>
    public static ServiceDistribution Empty { get; } = new([]);

    /// <summary>Finished jobs it was learned from.</summary>
    public int Count => _sorted.Length;

    /// <summary>Learns from finished jobs.</summary>
    /// <param name="services">Accelerator-seconds of each, the most recent last; what is not a number above 0 is left out.</param>
    public static ServiceDistribution Learn(IEnumerable<double> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var recent = new Queue<double>();
        foreach (var service in services)
        {
            if (service > 0 && double.IsFinite(service))
            {
                recent.Enqueue(service);
                if (recent.Count > MaxSamples)
                {
                    recent.Dequeue();
                }
            }
        }

        return recent.Count == 0 ? Empty : new ServiceDistribution([.. recent.Order()]);
    }

    /// <summary>Service that a job still needs which has had so much and is not finished.</summary>
    /// <param name="attained">Accelerator-seconds, 0 or more.</param>
    /// <returns>Accelerator-seconds; unknown where fewer than <see cref="MinSamples"/> jobs have finished.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The service is negative or not a number.</exception>
    public SecondsForecast Remaining(double attained)
    {
        if (!(attained >= 0) || double.IsInfinity(attained))
        {
            throw new ArgumentOutOfRangeException(nameof(attained), attained, "Must be 0 or more, and finite.");
        }

        return Count < MinSamples
            ? SecondsForecast.Unknown
            : new SecondsForecast(Quantile(attained, 0.25), Quantile(attained, 0.5), Quantile(attained, 0.75), ForecastBasis.Learned);
    }

    private double Quantile(double attained, double part)
    {
        var first = FirstAbove(attained);
        var survivors = _sorted.Length - first;
        if (survivors >= EmpiricalSamples)
        {
            var rank = part * (survivors - 1);
            var (low, high) = (_sorted[first + (int)rank], _sorted[Math.Min(_sorted.Length - 1, first + (int)rank + 1)]);
            return low + ((rank - Math.Floor(rank)) * (high - low)) - attained;
        }

        var start = attained > 0 ? (Math.Log(attained) - _mean) / _spread : double.NegativeInfinity;
        var logAbove = double.IsNegativeInfinity(start) ? 0 : NormalTail.LogAbove(start);
        var z = NormalTail.Inverse(logAbove + Math.Log(1 - part));
        return Math.Max(0, Math.Exp(_mean + (z * _spread)) - attained);
    }

    private int FirstAbove(double value)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
