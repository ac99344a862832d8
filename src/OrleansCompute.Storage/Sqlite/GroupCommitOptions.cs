namespace OrleansCompute.Storage.Sqlite;

/// <summary>Bounds of the group commit.</summary>
internal sealed record GroupCommitOptions
{
    /// <summary>Work items in one transaction at most, default 1,024: 64 callers with one item each stay far below, and a transaction stays short.</summary>
    public int MaxBatchItems { get; init; } = 1024;

    /// <summary>Work items that wait at most, default 4,096; more callers wait until there is room, which pushes back on whoever sends.</summary>
    public int QueueCapacity { get; init; } = 4096;
}
