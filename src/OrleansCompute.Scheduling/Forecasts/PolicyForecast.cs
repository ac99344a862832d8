using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>
/// When jobs are expected to start and to end: the policy is played forward, from the snapshot, over the ends of jobs as
/// <see cref="JobLengths"/> expects them; no job is expected to come. Three courses are played, with all ends at their first quartile,
/// median, and third quartile. What a job does with other accelerators than it holds follows from its model of speed, or else from
/// their number; a start or a change costs its restart. Pure; as costly as <see cref="ForecastOptions.MaxDecisions"/> rounds, three times
/// where a length is not stated.
/// </summary>
/// <param name="policy">Decides, as in the pool.</param>
/// <param name="lengths">How long jobs take.</param>
/// <param name="options">How far; null for the defaults.</param>
public sealed class PolicyForecast(ISchedulingPolicy policy, JobLengths lengths, ForecastOptions? options = null)
{
    private readonly ISchedulingPolicy _policy = policy ?? throw new ArgumentNullException(nameof(policy));
    private readonly JobLengths _lengths = lengths ?? throw new ArgumentNullException(nameof(lengths));
    private readonly ForecastOptions _options = Checked(options ?? new ForecastOptions());

    /// <summary>Plays forward.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs, as the policy is given them.</param>
    /// <param name="nowSeconds">The time on their clock.</param>
    /// <param name="until">Names of the jobs that matter: once all of them have started, the play ends; null for the whole horizon.</param>
    /// <param name="cancellationToken">Stops between decisions.</param>
    /// <returns>One forecast per job, in their order.</returns>
    public ImmutableArray<JobForecast> Play(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, IReadOnlySet<string>? until = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var remaining = jobs.Select(job => _lengths.Remaining(job)).ToArray();
        var likely = Course(length => length.LikelySeconds);
        var isSure = remaining.All(length => length.LowSeconds == length.HighSeconds || !length.IsKnown);
        var low = isSure ? likely : Course(length => length.LowSeconds);
        var high = isSure ? likely : Course(length => length.HighSeconds);
        var others = remaining.Length == 0 ? ForecastBasis.Stated : remaining.Max(length => length.IsKnown ? length.Basis : ForecastBasis.Stated);
        var forecasts = ImmutableArray.CreateBuilder<JobForecast>(jobs.Count);
        for (var i = 0; i < jobs.Count; i++)
        {
            var startsNow = likely.Start[i] <= nowSeconds;
            var start = Range(low.Start[i], likely.Start[i], high.Start[i], startsNow ? ForecastBasis.Stated : others);
            var basis = remaining[i].IsKnown && remaining[i].Basis > start.Basis ? remaining[i].Basis : start.Basis;
            var end = remaining[i].IsKnown
                ? Range(low.End[i], likely.End[i], high.End[i], basis)
                : SecondsForecast.Unknown with { LowSeconds = start.LowSeconds };
            forecasts.Add(new JobForecast(jobs[i].Id, start, end));
        }

        return forecasts.MoveToImmutable();

        PolicyCourse Course(Func<SecondsForecast, double> pick)
        {
            var seconds = remaining.Select(length => length.IsKnown ? pick(length) : double.PositiveInfinity).ToArray();
            var course = new PolicyCourse(_policy, cluster, jobs, seconds, nowSeconds, _options);
            course.Play(until, cancellationToken);
            return course;
        }
    }

    // Shorter lives may start a job later, where a policy ranks by service: the range is of what was seen.
    private static SecondsForecast Range(double low, double likely, double high, ForecastBasis basis)
    {
        var (least, most) = (Math.Min(low, Math.Min(likely, high)), Math.Max(low, Math.Max(likely, high)));
        return new SecondsForecast(least, likely, most, double.IsFinite(likely) ? basis : ForecastBasis.Unknown);
    }

    private static ForecastOptions Checked(ForecastOptions options)
    {
        options.Validate();
        return options;
    }
}
