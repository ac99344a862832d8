using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Scale;

/// <summary>
/// A large pool that is asked for more than it has, for measuring how long decisions take: nodes of eight, jobs whose sizes are those of
/// shared clusters (seven of ten ask for one accelerator, a few for 64), elastic ones with a law of step times and a noise of gradients each.
/// Jobs come, run, and go; decisions are taken over as a live pool would. Not thread-safe; equal seeds give equal pools.
/// </summary>
public sealed class SyntheticPool
{
    /// <summary>Accelerators of a node.</summary>
    public const int PerNode = 8;

    /// <summary>Most accelerators.</summary>
    public const int MaxAccelerators = 1_000_000;

    /// <summary>Most jobs.</summary>
    public const int MaxJobs = 1_000_000;

    private static readonly int[] Sizes = [1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 16, 16, 32, 64];
    private static readonly string[] TypeNames = ["A", "B", "C", "D", "E", "F", "G", "H"];
    private readonly Random _random;
    private readonly bool _isElastic;
    private readonly double[] _speeds;
    private int _made;

    /// <summary>Makes a pool.</summary>
    /// <param name="accelerators">8 to a million, in whole nodes of eight.</param>
    /// <param name="jobs">1 to a million.</param>
    /// <param name="types">1 to 8; each twice as fast as the one before.</param>
    /// <param name="isElastic">Whether jobs take any number of accelerators, or just what they ask for.</param>
    /// <param name="seed">Of all draws.</param>
    public SyntheticPool(int accelerators, int jobs, int types, bool isElastic, int seed)
    {
        if (accelerators is < PerNode or > MaxAccelerators || jobs is < 1 or > MaxJobs || types < 1 || types > MaxTypes)
        {
            throw new ArgumentException(
                $"accelerators is {accelerators}, jobs {jobs}, types {types}; allowed {PerNode} to {MaxAccelerators}, 1 to {MaxJobs}, 1 to {MaxTypes}.");
        }

        _random = new Random(seed);
        _isElastic = isElastic;
        _speeds = [.. Enumerable.Range(0, types).Select(type => Math.Pow(2, type))];
        Cluster = new ClusterSnapshot(
        [
            .. Enumerable.Range(0, accelerators / PerNode).Select(node => new NodeSnapshot
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"n{node}"), AcceleratorType = TypeNames[node % types], Accelerators = PerNode,
            }),
        ]);
        for (var i = 0; i < jobs; i++)
        {
            Submit();
        }
    }

    /// <summary>Most types.</summary>
    public static int MaxTypes => TypeNames.Length;

    /// <summary>The nodes.</summary>
    public ClusterSnapshot Cluster { get; private set; }

    /// <summary>Unfinished jobs, in the order of submission.</summary>
    public List<JobSnapshot> Jobs { get; } = [];

    /// <summary>The time.</summary>
    public double NowSeconds { get; private set; }

    /// <summary>Sum of the jobs' speeds, each as a multiple of its speed on one accelerator of its best type.</summary>
    public double Speed => Jobs.Sum(job => job.Allocation.IsEmpty ? 0 : SpeedOf(job) / Reference(job));

    /// <summary>One job more; its index.</summary>
    public int Submit()
    {
        var size = Sizes[_random.Next(Sizes.Length)];
        var cost = Math.Pow(10, -2 + (2 * _random.NextDouble()));
        var limits = new BatchLimits(128, 128 * 64, 8, 512);
        Jobs.Add(new JobSnapshot
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"j{_made++}"),
            SubmitSeconds = NowSeconds,
            RequestedAccelerators = size,
            MinAccelerators = _isElastic ? 1 : size,
            MaxAccelerators = _isElastic ? 64 : size,
            Goodput = new AdaptiveGoodput(limits, new LawOfSteps(cost, _speeds), new GradientNoise(1, 1 + (30 * _random.NextDouble()))),
            Batches = limits,
            WorkDone = 0,
        });
        return Jobs.Count - 1;
    }

    /// <summary>One running job is done, drawn from all; nothing where none runs.</summary>
    public void Finish()
    {
        var running = Enumerable.Range(0, Jobs.Count).Where(job => !Jobs[job].Allocation.IsEmpty).ToList();
        if (running.Count > 0)
        {
            var job = running[_random.Next(running.Count)];
            Cluster = Cluster.WithHistory(Cluster.History.Add(ServiceHistory.ServiceOf(Cluster, Jobs[job])));
            Jobs.RemoveAt(job);
        }
    }

    /// <summary>Takes decisions over; a job without one keeps what it has.</summary>
    public void Take(IReadOnlyList<JobDecision?> decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        for (var job = 0; job < decisions.Count; job++)
        {
            if (decisions[job] is { } decision)
            {
                Jobs[job] = Jobs[job] with
                {
                    Allocation = decision.Allocation,
                    Memo = decision.Memo,
                    AllocatedSeconds = decision.Allocation.Equals(Jobs[job].Allocation) ? Jobs[job].AllocatedSeconds : NowSeconds,
                };
            }
        }
    }

    /// <summary>Lets time pass; of one running job in ten the noise of the gradients is measured anew, which makes its speeds unknown again.</summary>
    public void Advance(double seconds)
    {
        NowSeconds += seconds;
        for (var i = 0; i < Jobs.Count; i++)
        {
            var job = Jobs[i];
            if (job.Allocation.IsEmpty)
            {
                continue;
            }

            if (job.Goodput is AdaptiveGoodput goodput && _random.Next(10) == 0)
            {
                goodput.Noise = goodput.Noise with { Variance = goodput.Noise.Variance * (1 + (0.1 * _random.NextDouble())) };
            }

            Jobs[i] = job with
            {
                RunSeconds = job.RunSeconds + seconds,
                AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds + (seconds * job.Allocation.Accelerators),
                WorkDone = job.WorkDone + (seconds * SpeedOf(job)),
            };
        }
    }

    private double SpeedOf(JobSnapshot job) => job.Goodput!.Goodput(
        Cluster.Types[Cluster.TypeOf(job.Allocation.Shares[0].Node)], job.Allocation.Nodes, job.Allocation.Accelerators);

    private double Reference(JobSnapshot job) => Cluster.Types.Max(type => job.Goodput!.Goodput(type, 1, 1));

    // A pass in proportion to its samples, an exchange that grows with the ring and is slower between nodes.
    private sealed class LawOfSteps(double cost, double[] speeds) : IThroughputModel
    {
        public int Version => 0;

        public StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch)
        {
            var sync = accelerators == 1 ? 0 : (nodes == 1 ? 0.1 : 0.3) * cost * (1 + (0.02 * accelerators));
            var pass = cost * (0.2 + (localBatch / 64.0)) / speeds[Array.IndexOf(TypeNames, acceleratorType)];
            return new StepTime(pass + sync, sync);
        }

        public int MaxLocalBatch(string acceleratorType, int nodes, int accelerators) => int.MaxValue;

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }
}
