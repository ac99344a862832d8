using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Grains.Pools;

/// <summary>What a job has to do, before it has run itself: by how fast jobs like it were, or by the operations that it takes.</summary>
/// <param name="Samples">Samples over all epochs.</param>
/// <param name="Rates">Samples a second of one whole accelerator, by kind.</param>
/// <param name="Measured">Kinds on which jobs like it were measured.</param>
/// <param name="HasOperations">Whether it is known how many operations a sample takes at least.</param>
internal sealed record WorkEstimate(long Samples, IReadOnlyDictionary<string, double> Rates, IReadOnlySet<string> Measured, bool HasOperations)
{
    /// <summary>
    /// How many times its score an accelerator may do; only refusals go by it, and only where nothing like the job ran on a kind, so that it
    /// has to be a bound and no expectation: what jobs of one network learn of it bounds no other. The score is that of 34 Mflop in a
    /// product and 120 in convolutions: where products run ten times as fast as those, a network that is all products runs at 8.0 times
    /// the score. The fastest product of a score card (`oc bench accelerators`, three runs) is 3.5 to 5.8 times its score on a processor
    /// with AVX-512 (64 × 64 in the cache, beside other load, which lowers the score), and 2.5 to 3.8 times on ILGPU's processor device.
    /// </summary>
    public const double MostOfScore = 8;

    /// <summary>What is to be expected; null where nothing can be said.</summary>
    /// <param name="request">The job.</param>
    /// <param name="scores">Measured score of each kind, 10⁹ operations a second.</param>
    public static WorkEstimate? Of(JobRequest request, IReadOnlyDictionary<string, double> scores) =>
        Make(request, scores, (best, operations) => best > 0 ? best : operations);

    /// <summary>What nothing but luck exceeds, for kinds that are bounded; null where nothing can be said.</summary>
    /// <param name="request">The job.</param>
    /// <param name="scores">Measured score of the fastest of each kind, 10⁹ operations a second.</param>
    public static WorkEstimate? AtBest(JobRequest request, IReadOnlyDictionary<string, double> scores) =>
        Make(request, scores, (best, operations) => Math.Max(best, MostOfScore * operations));

    /// <summary>Whether a rate at best is more than a guess: another kind's use of its score says little of this one's.</summary>
    public bool IsBounded(string kind) => HasOperations || Measured.Contains(kind);

    // A kind on which nothing like it ran yet: by the best use of the others, and by its operations.
    private static WorkEstimate? Make(JobRequest request, IReadOnlyDictionary<string, double> scores, Func<double, double, double> unmeasured)
    {
        var speeds = request.Speeds.IsDefaultOrEmpty
            ? []
            : request.Speeds.Where(speed => double.IsFinite(speed.SamplesPerGflop) && speed.SamplesPerGflop > 0).ToList();
        var operations = request.SampleGflop > 0 ? 1 / request.SampleGflop : 0;
        if (request.Samples <= 0 || (speeds.Count == 0 && operations == 0))
        {
            return null;
        }

        var other = unmeasured(speeds.Select(speed => speed.SamplesPerGflop).DefaultIfEmpty(0).Max(), operations);
        var rates = scores.ToDictionary(
            score => score.Key,
            score => score.Value * (speeds.Find(speed => speed.Kind == score.Key)?.SamplesPerGflop ?? other),
            StringComparer.Ordinal);
        return new WorkEstimate(request.Samples, rates, speeds.Select(speed => speed.Kind).ToHashSet(StringComparer.Ordinal), operations > 0);
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
