using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>The accelerators a job wants.</summary>
[GenerateSerializer, Immutable, Alias("oc.resource-spec.v1")]
public sealed record ResourceSpec
{
    /// <summary>Fewest accelerators, 1 to 1024.</summary>
    [Id(0)] public int MinAccelerators { get; init; } = 1;

    /// <summary>Most accelerators, at least the minimum, to 1024.</summary>
    [Id(1)] public int MaxAccelerators { get; init; } = 1;

    /// <summary>Acceptable kinds; empty means any.</summary>
    [Id(2)] public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>The part of one accelerator that is enough; null (the default) for whole ones. With it, minimum and maximum are 1.</summary>
    [Id(3)] public FractionSpec? Fraction { get; init; }

    /// <summary>A higher one goes first, -1000 to 1000. Default 0.</summary>
    [Id(4)] public int Priority { get; init; }

    /// <summary>Time after submission in which the job must be done, above 0 to 366 days; null for none.</summary>
    [Id(5)] public TimeSpan? Deadline { get; init; }

    /// <summary>Most money that it may spend, in the currency of the tenant's plan, above 0; null for no limit.</summary>
    [Id(6)] public decimal? Budget { get; init; }

    /// <summary>Whether its accelerators may be taken or changed while it runs, which then goes on from a checkpoint. Default true; at the end of its money it stops all the same.</summary>
    [Id(7)] public bool Preemptible { get; init; } = true;

    /// <summary>Whether it may train on accelerators of several kinds at once. Default true: each gets samples by its measured speed.</summary>
    [Id(8)] public bool MixTypes { get; init; } = true;

    /// <summary>Seconds that it keeps what it gets before that may be taken or changed, 0 to 86,400. Default 0.</summary>
    [Id(9)] public double MinRunSeconds { get; init; }
}
