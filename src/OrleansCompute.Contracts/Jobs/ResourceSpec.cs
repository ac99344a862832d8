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

    /// <summary>Processor cores that it needs beside each accelerator, for its data, 0 to 1,024. Default 0. Counted, not enforced.</summary>
    [Id(10)] public double CpuCoresPerAccelerator { get; init; }

    /// <summary>Memory of the machine that it needs beside each accelerator, bytes, 0 to 16 TiB. Default 0. Counted, not enforced.</summary>
    [Id(11)] public long HostMemoryBytesPerAccelerator { get; init; }

    /// <summary>Names of up to 64 nodes that are near its data: taken first where that costs nothing else.</summary>
    [Id(12)] public ImmutableArray<string> NearNodes { get; init; } = [];

    /// <summary>Jobs of its tenant that it wants to be near, or apart from; null (the default) for none.</summary>
    [Id(13)] public AffinitySpec? Affinity { get; init; }
}
