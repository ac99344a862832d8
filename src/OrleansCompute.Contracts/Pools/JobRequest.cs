using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a job asks of a pool.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-request.v1")]
public sealed record JobRequest
{
    /// <summary>Tenant that pays.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Job, unique in its tenant.</summary>
    [Id(1)] public required string Job { get; init; }

    /// <summary>Fewest accelerators it can run with, 1 or more.</summary>
    [Id(2)] public required int MinAccelerators { get; init; }

    /// <summary>Most accelerators it can use.</summary>
    [Id(3)] public required int MaxAccelerators { get; init; }

    /// <summary>Acceptable kinds; empty means any.</summary>
    [Id(4)] public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>When the user submitted it, UTC: the order of the queue.</summary>
    [Id(5)] public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Part of one accelerator's time that is enough, above 0; 1 (the default) for whole accelerators.</summary>
    [Id(6)] public double ComputeShareFraction { get; init; } = 1;

    /// <summary>Memory of that part, bytes; 0 for whole accelerators.</summary>
    [Id(7)] public long MemoryBytes { get; init; }

    /// <summary>A higher one goes first.</summary>
    [Id(8)] public int Priority { get; init; }

    /// <summary>When it must be done, UTC; null for no deadline.</summary>
    [Id(9)] public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>Most money it may spend; null for no limit.</summary>
    [Id(10)] public decimal? Budget { get; init; }

    /// <summary>Whether its accelerators may be taken or changed while it runs.</summary>
    [Id(11)] public bool IsPreemptible { get; init; } = true;

    /// <summary>Whether it can use accelerators of several kinds at once.</summary>
    [Id(12)] public bool MayMixTypes { get; init; } = true;

    /// <summary>Seconds that it keeps what it gets before that may be taken or changed.</summary>
    [Id(13)] public double MinRunSeconds { get; init; }

    /// <summary>Samples of a step, over all accelerators; 0 where the job has no steps.</summary>
    [Id(14)] public int BatchSize { get; init; }

    /// <summary>Samples over all epochs; 0 where it is not known.</summary>
    [Id(15)] public long Samples { get; init; }

    /// <summary>Operations that training on one sample takes at least, 10⁹; 0 where it is not known.</summary>
    [Id(16)] public double SampleGflop { get; init; }

    /// <summary>How fast jobs like it were; empty where there was none.</summary>
    [Id(17)] public ImmutableArray<KindSpeed> Speeds { get; init; } = [];

    /// <summary>Whether it was accepted before: then its deadline stands, whatever is left of the time.</summary>
    [Id(18)] public bool IsResubmitted { get; init; }

    /// <summary>How often budget or priority were changed since submission: of two requests the one with more counts. Default 0.</summary>
    [Id(19)] public long SettingsVersion { get; init; }

    /// <summary>Processor cores that it needs beside each accelerator, 0 or more; beside a part, that part of them.</summary>
    [Id(20)] public double CpuCoresPerAccelerator { get; init; }

    /// <summary>Memory of the machine that it needs beside each accelerator, bytes, 0 or more; beside a part, that part of it.</summary>
    [Id(21)] public long HostMemoryBytesPerAccelerator { get; init; }

    /// <summary>Nodes that are near its data.</summary>
    [Id(22)] public ImmutableArray<string> NearNodes { get; init; } = [];

    /// <summary>Group of jobs of its tenant that are near each other, or apart; empty for none.</summary>
    [Id(23)] public string AffinityGroup { get; init; } = "";

    /// <summary>Whether jobs of the group are kept on different nodes.</summary>
    [Id(24)] public bool IsAntiAffine { get; init; }

    /// <summary>Most samples of a step, where the pool may choose from <see cref="BatchSize"/> on; 0 (the default) where that is fixed.</summary>
    [Id(25)] public int MaxBatchSize { get; init; }

    /// <summary>
    /// What it trains on: SHA-256 of the images and of the labels with a colon between them; empty (the default) where that is not known.
    /// Nodes that hold it are preferred, as those of <see cref="NearNodes"/> are.
    /// </summary>
    [Id(26)] public string DatasetKey { get; init; } = "";

    /// <summary>Whether it wants a part of one accelerator.</summary>
    public bool IsFractional => ComputeShareFraction < 1;
}
