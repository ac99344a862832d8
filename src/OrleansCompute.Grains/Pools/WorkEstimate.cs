using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// What a job has to do, before it has run itself: by how fast jobs like it were, or, where there was none, at the very best by the
/// operations that it takes and the measured speed of accelerators.
/// </summary>
/// <param name="Samples">Samples over all epochs.</param>
/// <param name="Rates">Samples a second of one whole accelerator, by kind.</param>
/// <param name="IsMeasured">Whether jobs like it were measured; else the rates are what no job can exceed.</param>
internal sealed record WorkEstimate(long Samples, IReadOnlyDictionary<string, double> Rates, bool IsMeasured)
{
    /// <summary>Null where nothing can be said.</summary>
    /// <param name="request">The job.</param>
    /// <param name="scores">Measured score of each kind, 10⁹ operations a second.</param>
    public static WorkEstimate? Of(JobRequest request, IReadOnlyDictionary<string, double> scores)
    {
        var speeds = request.Speeds.IsDefaultOrEmpty
            ? []
            : request.Speeds.Where(speed => double.IsFinite(speed.SamplesPerGflop) && speed.SamplesPerGflop > 0).ToList();
        if (request.Samples <= 0 || (speeds.Count == 0 && !(request.SampleGflop > 0)))
        {
            return null;
        }

        // A kind on which nothing like it ran yet is expected to be used as well as the best of the others.
        var best = speeds.Count > 0 ? speeds.Max(speed => speed.SamplesPerGflop) : 1 / request.SampleGflop;
        var rates = scores.ToDictionary(
            score => score.Key,
            score => score.Value * (speeds.Find(speed => speed.Kind == score.Key)?.SamplesPerGflop ?? best),
            StringComparer.Ordinal);
        return new WorkEstimate(request.Samples, rates, speeds.Count > 0);
    }

    /// <summary>A job that waits with the time that it is expected to take, as plans for deadlines need it; as it was where it never fits.</summary>
    public JobSnapshot Apply(JobSnapshot job, ClusterSnapshot cluster)
    {
        var accepted = Enumerable.Range(0, cluster.Types.Length).Where(type => job.Accepts(cluster.Types[type])).ToList();
        var requested = Math.Min(job.RequestedAccelerators, accepted.Select(type => cluster.AcceleratorsPerType[type]).DefaultIfEmpty(0).Max());
        if (requested < job.MinAccelerators || job.Goodput is not { } goodput)
        {
            return job;
        }

        // The length is told for what was requested on the first type that has so many.
        var type = accepted.First(type => cluster.AcceleratorsPerType[type] >= requested);
        var perNode = Math.Max(1, cluster.LargestNodePerType[type]);
        var speed = goodput.Goodput(cluster.Types[type], (requested + perNode - 1) / perNode, requested) * (job.Fraction?.ComputeShare ?? 1);
        return speed > 0 ? job with { RequestedAccelerators = requested, ExpectedRemainingSeconds = Samples / speed } : job;
    }
}
