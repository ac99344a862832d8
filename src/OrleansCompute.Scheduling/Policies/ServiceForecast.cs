using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// How soon a job can be expected to finish, by the service it has had: hazards per bin of <see cref="ServiceHistory"/>, from the jobs that
/// finished in it and those that were seen in it, running ones included (Kaplan and Meier 1958), with some jobs of a power law added, so
/// that it is defined from the first job on. From it Gittins' index (1979): the best ratio of the chance to finish within a further stretch
/// of service to the service that takes, which is what to order jobs by where only the distribution of their lengths is known.
/// </summary>
internal sealed class ServiceForecast
{
    // The most certain that a stretch of a quarter octave may look, however many jobs ended there.
    private const double LargestHazard = 0.95;
    private const double Negligible = 1e-3;
    private readonly double[] _hazards = new double[ServiceHistory.Bins];
    private readonly double[] _ends = new double[ServiceHistory.Bins];

    /// <summary>Estimates.</summary>
    /// <param name="history">Jobs that are done.</param>
    /// <param name="running">Service of those that are not.</param>
    /// <param name="priorJobs">Jobs of the power law, above 0.</param>
    /// <param name="priorExponent">Its exponent, above 0: a job with service x needs more than y with the chance (x/y)^exponent.</param>
    public ServiceForecast(ServiceHistory history, ReadOnlySpan<double> running, double priorJobs, double priorExponent)
    {
        var last = new double[ServiceHistory.Bins];
        var missed = new double[ServiceHistory.Bins];
        for (var bin = 0; bin < last.Length; bin++)
        {
            last[bin] = history.Counts[bin];
            _ends[bin] = ServiceHistory.FirstSeconds * Math.Pow(2, (bin + 1.0) / ServiceHistory.BinsPerOctave);
        }

        foreach (var service in running)
        {
            // It was at risk in its present bin only for the part that it has passed.
            var position = ServiceHistory.Position(service);
            var bin = (int)position;
            last[bin]++;
            missed[bin] += 1 - (position - bin);
        }

        var prior = 1 - Math.Pow(2, -priorExponent / ServiceHistory.BinsPerOctave);
        var reached = 0.0;
        for (var bin = last.Length - 1; bin >= 0; bin--)
        {
            reached += last[bin];
            _hazards[bin] = Math.Min(
                LargestHazard, (history.Counts[bin] + (priorJobs * prior)) / (reached - missed[bin] + priorJobs));
        }
    }

    /// <summary>Chance to finish per second of service, over the best stretch from here.</summary>
    public double Index(double service)
    {
        var bin = (int)ServiceHistory.Position(service);
        var start = bin == 0 ? 0 : _ends[bin - 1];

        // What is left of the present bin; a job at its very end is not done yet either.
        var left = Math.Clamp((_ends[bin] - service) / (_ends[bin] - start), 1e-3, 1);
        var (alive, seconds, best) = (1.0, 0.0, 0.0);
        for (; bin < _hazards.Length && alive > Negligible; bin++, left = 1)
        {
            var width = left * (_ends[bin] - start);
            var finish = alive * (left == 1 ? _hazards[bin] : 1 - Math.Pow(1 - _hazards[bin], left));
            seconds += (alive - (finish / 2)) * width;
            alive -= finish;
            best = Math.Max(best, (1 - alive) / seconds);
            start = _ends[bin];
        }

        return best;
    }
}
