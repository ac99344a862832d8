using System.Runtime.InteropServices;

namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// Step times of a job by those of others: each is a voice that says how times change from what the job has run with to what is asked, and counts
/// by how alike the two were wherever both have run, and by how near the other has run to what is asked. The job's own law is a voice too.
/// Made for what was known at one moment; not thread-safe.
/// </summary>
internal sealed class StepTimeAnalogy
{
    // Two jobs whose times differ by so much, as a logarithm, are half as alike as equals. 0.1 to 0.5 differ by less than the error of 0.5 % on generated
    // workloads; times that vary from step to step by a tenth, as on real machines, are well within it.
    private const double Tolerance = 0.3;

    // Configurations that are compared. 24 are no better.
    private const int MaxSamples = 8;
    private readonly Dictionary<(string Type, int Nodes, int Accelerators), AnalogyCurve> _curves = [];

    /// <summary>Compares.</summary>
    /// <param name="job">Whose times are asked; it has measured something.</param>
    /// <param name="others">Those who have, too; itself is left out.</param>
    public StepTimeAnalogy(JobSteps job, IReadOnlyList<JobSteps> others)
    {
        Job = job;
        var samples = Samples();
        foreach (var other in others)
        {
            if (other != job && Likeness(other, samples) is var weight and > 0)
            {
                Alike.Add((other, weight));
            }
        }
    }

    /// <summary>Whose times are asked.</summary>
    public JobSteps Job { get; }

    /// <summary>Others that have run where the job has, with how alike they are, 0 to 1.</summary>
    public List<(JobSteps Job, double Weight)> Alike { get; } = [];

    /// <summary>Predicts a step.</summary>
    public StepTime Predict(string type, int nodes, int accelerators, int localBatch)
    {
        ref var curve = ref CollectionsMarshal.GetValueRefOrAddDefault(_curves, (type, nodes, accelerators), out _);
        curve ??= new AnalogyCurve(this, type, nodes, accelerators);
        return curve.At(localBatch);
    }

    /// <summary>Logarithm of a time; laws of steps that cannot be give times that are 0 or without end.</summary>
    public static double Log(double seconds) => Math.Log(Math.Clamp(seconds, 1e-12, 1e12));

    // The first and the last of each place: the last is near what it uses.
    private List<(string Type, StepObservation Step)> Samples()
    {
        var samples = new List<(string, StepObservation)>();
        foreach (var (type, steps) in Job.Types)
        {
            foreach (var place in steps.Places)
            {
                samples.Add((type, place[^1]));
                if (place.Count > 1)
                {
                    samples.Add((type, place[0]));
                }
            }
        }

        samples.RemoveRange(0, Math.Max(0, samples.Count - MaxSamples));
        return samples;
    }

    // Heavy tails: where nobody is alike, the least unlike still say something.
    private double Likeness(JobSteps other, List<(string Type, StepObservation Step)> samples)
    {
        var scale = (double)other.UnitBatch / Job.UnitBatch;
        var (weights, squares) = (0.0, 0.0);
        foreach (var (type, step) in samples)
        {
            if (other.Types.TryGetValue(type, out var theirs) && theirs.Reach(step.Nodes, step.Accelerators) is var reach and > 0)
            {
                var there = theirs.Predict(step.Nodes, step.Accelerators, step.LocalBatch * scale);
                var difference = (Log(step.Time.StepSeconds) - Log(there.StepSeconds)) / Tolerance;
                weights += reach;
                squares += reach * difference * difference;
            }
        }

        var far = weights == 0 ? double.PositiveInfinity : 1 + (squares / weights);
        return 1 / (far * far);
    }
}
