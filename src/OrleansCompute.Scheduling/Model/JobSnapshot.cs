using System.Collections.Immutable;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Model;

/// <summary>A job that is not finished, as a policy sees it. What nobody knows at that moment is not in it: no length, no end.</summary>
public sealed record JobSnapshot
{
    /// <summary>Name, unique in a round.</summary>
    public required string Id { get; init; }

    /// <summary>Who pays.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>When it was submitted, seconds on the caller's clock.</summary>
    public required double SubmitSeconds { get; init; }

    /// <summary>What its owner asked for, 1 or more; policies without elasticity give just that.</summary>
    public required int RequestedAccelerators { get; init; }

    /// <summary>Fewest it runs with, 1 or more.</summary>
    public int MinAccelerators { get; init; } = 1;

    /// <summary>Most it can use, at least the minimum.</summary>
    public int MaxAccelerators { get; init; } = int.MaxValue;

    /// <summary>Acceptable accelerator types; empty means any.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>
    /// The part of one accelerator that it wants; null where it wants whole ones. With a fraction, requested, least and most accelerators
    /// are 1.
    /// </summary>
    public DeviceFraction? Fraction { get; init; }

    /// <summary>Whether its training plan can use accelerators of several types at once.</summary>
    public bool MayMixTypes { get; init; }

    /// <summary>Processor cores it needs beside each accelerator, 0 or more.</summary>
    public double CpuCoresPerAccelerator { get; init; }

    /// <summary>Memory of the host it needs beside each accelerator, bytes, 0 or more.</summary>
    public long HostMemoryBytesPerAccelerator { get; init; }

    /// <summary>Names of nodes that are near its data: taken first where that costs nothing else.</summary>
    public ImmutableArray<string> PreferredNodes { get; init; } = [];

    /// <summary>
    /// Names of nodes that hold its data already: taken first where it fits one of them and <see cref="PreferredNodes"/> have no room. Worth
    /// a little, so that a cheaper place wins.
    /// </summary>
    public ImmutableArray<string> NodesWithData { get; init; } = [];

    /// <summary>Jobs of one group are placed near each other, or apart; empty for none.</summary>
    public string AffinityGroup { get; init; } = "";

    /// <summary>Whether members of the group are put on different nodes, instead of near each other.</summary>
    public bool IsAntiAffine { get; init; }

    /// <summary>How fast it makes progress with which accelerators; null where nothing is known.</summary>
    public IGoodputModel? Goodput { get; init; }

    /// <summary>The batches that it may train with, where the one who decides chooses among them; null where its batch is fixed.</summary>
    public BatchLimits? Batches { get; init; }

    /// <summary>How fast it is beside which others on the same accelerators; null, where nothing is known, keeps it to its own.</summary>
    public IColocationModel? Colocation { get; init; }

    /// <summary>What it holds now.</summary>
    public Allocation Allocation { get; init; } = Allocation.None;

    /// <summary>Name of the job that computes on the same accelerators; empty where it has them to itself.</summary>
    public string SharesWith { get; init; } = "";

    /// <summary>Accelerator-seconds it has held, restarts included; of accelerators that it shared, half.</summary>
    public double AttainedAcceleratorSeconds { get; init; }

    /// <summary>Useful work done so far, in the unit of <see cref="Goodput"/> times seconds; null where nobody counts it.</summary>
    public double? WorkDone { get; init; }

    /// <summary>Seconds it has held accelerators.</summary>
    public double RunSeconds { get; init; }

    /// <summary>When it got what it holds now, or lost what it held, seconds on the caller's clock.</summary>
    public double AllocatedSeconds { get; init; }

    /// <summary>Times its accelerators were changed after its first start.</summary>
    public int Restarts { get; init; }

    /// <summary>Seconds that a start or a change of accelerators costs it.</summary>
    public double RestartSeconds { get; init; } = 30;

    /// <summary>A higher one goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Its worth relative to others of its priority, above 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether its accelerators may be taken or changed while it runs.</summary>
    public bool IsPreemptible { get; init; } = true;

    /// <summary>Seconds that it keeps what it gets before it may be taken or changed, 0 or more.</summary>
    public double MinRunSeconds { get; init; }

    /// <summary>When it must be done, seconds on the caller's clock; null for no deadline.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Money it may still spend; null for no limit.</summary>
    public double? Budget { get; init; }

    /// <summary>
    /// What its tenant pays for an accelerator for an hour, in the currency of <see cref="Budget"/>, 0 or more; null where it pays what the
    /// nodes cost.
    /// </summary>
    public double? PricePerAcceleratorHour { get; init; }

    /// <summary>
    /// Seconds that it needs yet with what it holds, as its own progress says; null where it does not say, and no better than null where
    /// it is negative or no number. For forecasts and reasons only: no blind policy orders jobs by it.
    /// </summary>
    public double? ExpectedRemainingSeconds { get; init; }

    /// <summary>Seconds that it needs yet with what it requested on the first acceptable type; only in the clairvoyant track.</summary>
    public double? KnownRemainingSeconds { get; init; }

    /// <summary>What the policy left with the job in its last decision; null at first.</summary>
    public double? Memo { get; init; }

    /// <summary>Accelerators that it asks for, a fraction counting as its share.</summary>
    public double RequestedAmount => Fraction?.ComputeShare ?? RequestedAccelerators;

    /// <summary>Whether the job accepts accelerators of this type.</summary>
    public bool Accepts(string type) => Types.IsDefaultOrEmpty || Types.Contains(type);

    /// <summary>
    /// Whether so many accelerators of a type are of any use to the job: it accepts the type, and its speed there is not known to be 0. Every
    /// policy asks this before it places a job: one that computes nothing would hold its accelerators for ever.
    /// </summary>
    /// <param name="type">Accelerator type.</param>
    /// <param name="nodes">Nodes that they are on, 1 or more.</param>
    /// <param name="accelerators">How many, at least as many as nodes.</param>
    public bool CanUse(string type, int nodes, int accelerators) => Accepts(type) && (Goodput is null || Goodput.Goodput(type, nodes, accelerators) > 0);

    /// <summary>Null where the request makes sense, whatever the cluster; else a sentence for each number that does not.</summary>
    public string? Problem()
    {
        var problems = new ProblemList();
        problems.Check(!string.IsNullOrEmpty(Id), nameof(Id), Id, "a name");
        problems.Check(double.IsFinite(SubmitSeconds), nameof(SubmitSeconds), SubmitSeconds, "a time");
        problems.Check(RequestedAccelerators >= 1, nameof(RequestedAccelerators), RequestedAccelerators, "1 or more");
        problems.Check(MinAccelerators >= 1, nameof(MinAccelerators), MinAccelerators, "1 or more");
        problems.Check(MaxAccelerators >= MinAccelerators, nameof(MaxAccelerators), MaxAccelerators, "MinAccelerators or more");
        problems.Check(Weight is > 0 and < double.PositiveInfinity, nameof(Weight), Weight, "above 0");
        problems.Check(CpuCoresPerAccelerator is >= 0 and < double.PositiveInfinity, nameof(CpuCoresPerAccelerator), CpuCoresPerAccelerator, "0 or more");
        problems.Check(HostMemoryBytesPerAccelerator >= 0, nameof(HostMemoryBytesPerAccelerator), HostMemoryBytesPerAccelerator, "0 or more");
        problems.Check(RestartSeconds is >= 0 and < double.PositiveInfinity, nameof(RestartSeconds), RestartSeconds, "0 or more");
        problems.Check(MinRunSeconds is >= 0 and < double.PositiveInfinity, nameof(MinRunSeconds), MinRunSeconds, "0 or more");
        problems.Check(DeadlineSeconds is null || double.IsFinite(DeadlineSeconds.Value), nameof(DeadlineSeconds), DeadlineSeconds, "a time, or none");
        problems.Check(Budget is null || double.IsFinite(Budget.Value), nameof(Budget), Budget, "a sum, or none");
        problems.Check(
            PricePerAcceleratorHour is null or (>= 0 and < double.PositiveInfinity), nameof(PricePerAcceleratorHour), PricePerAcceleratorHour, "0 or more, or none");
        if (Fraction is { } fraction)
        {
            problems.Add(fraction.Problem());
            problems.Check(
                RequestedAccelerators == 1 && MinAccelerators == 1, nameof(RequestedAccelerators), Math.Max(RequestedAccelerators, MinAccelerators),
                "1 with a Fraction: a fraction is of one accelerator");
        }

        return problems.Text;
    }
}
