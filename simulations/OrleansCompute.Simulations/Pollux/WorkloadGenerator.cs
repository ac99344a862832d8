using System.Collections.Immutable;
using System.Globalization;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// Further workloads of the kind of given ones: applications, sizes and batches are drawn together, with replacement, from all their jobs;
/// hours of submission from how many jobs they submit in each hour, evenly within it. Immutable; equal seeds give equal workloads.
/// </summary>
public sealed class WorkloadGenerator
{
    /// <summary>Most jobs of a workload.</summary>
    public const int MaxJobs = 1_000_000;

    private const double BinSeconds = 3_600;
    private readonly ImmutableArray<WorkloadJob> _templates;
    private readonly double _windowSeconds;

    /// <summary>Makes a generator.</summary>
    /// <param name="templates">Jobs of one or more workloads.</param>
    /// <exception cref="ArgumentException">There is no job.</exception>
    public WorkloadGenerator(ImmutableArray<WorkloadJob> templates)
    {
        if (templates.IsDefaultOrEmpty)
        {
            throw new ArgumentException("templates has no job; give those of one or more workloads.", nameof(templates));
        }

        _templates = templates;
        _windowSeconds = BinSeconds * Math.Ceiling((templates.Max(job => job.SubmitSeconds) + 1) / BinSeconds);
    }

    /// <summary>Makes a workload.</summary>
    /// <param name="jobs">How many jobs, 1 to <see cref="MaxJobs"/>; they come within the hours of the templates.</param>
    /// <param name="seed">Of all draws.</param>
    public ImmutableArray<WorkloadJob> Generate(int jobs, int seed)
    {
        if (jobs is < 1 or > MaxJobs)
        {
            throw new ArgumentException($"The number of jobs to generate is {jobs}; allowed 1 to {MaxJobs}.");
        }

        var random = new Random(seed);
        var drawn = new (double Seconds, WorkloadJob Job)[jobs];
        for (var i = 0; i < jobs; i++)
        {
            var hour = Math.Floor(_templates[random.Next(_templates.Length)].SubmitSeconds / BinSeconds);
            var seconds = Math.Min(_windowSeconds, Math.Floor((hour + random.NextDouble()) * BinSeconds));
            drawn[i] = (seconds, _templates[random.Next(_templates.Length)]);
        }

        return
        [
            .. drawn.OrderBy(entry => entry.Seconds).Select((entry, i) => entry.Job with
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{entry.Job.Application}-{i}"),
                SubmitSeconds = entry.Seconds,
            }),
        ];
    }
}
