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

    /// <summary>How fast it makes progress with which accelerators; null where nothing is known.</summary>
    public IGoodputModel? Goodput { get; init; }

    /// <summary>What it holds now.</summary>
    public Allocation Allocation { get; init; } = Allocation.None;

    /// <summary>Accelerator-seconds it has held, restarts included.</summary>
    public double AttainedAcceleratorSeconds { get; init; }

    /// <summary>Useful work done so far, in the unit of <see cref="Goodput"/> times seconds; null where nobody counts it.</summary>
    public double? WorkDone { get; init; }

    /// <summary>Seconds it has held accelerators.</summary>
    public double RunSeconds { get; init; }

    /// <summary>When it got what it holds now, seconds on the caller's clock.</summary>
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

    /// <summary>Seconds that it needs yet with what it requested on the first acceptable type; only in the clairvoyant track.</summary>
    public double? KnownRemainingSeconds { get; init; }

    /// <summary>What the policy left with the job in its last decision; null at first.</summary>
    public double? Memo { get; init; }

    /// <summary>Whether the job accepts accelerators of this type.</summary>
    public bool Accepts(string type) => Types.IsDefaultOrEmpty || Types.Contains(type);
}
