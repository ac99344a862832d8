using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What is asked about: the pool with these changes, all at once.</summary>
public sealed record PoolChange
{
    /// <summary>Most entries of each list.</summary>
    public const int MaxEntries = 1_000;

    /// <summary>Most nodes that may come.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>Nodes that come or go.</summary>
    public ImmutableArray<NodesChange> Nodes { get; init; } = [];

    /// <summary>Names of nodes that are drained.</summary>
    public ImmutableArray<string> Drained { get; init; } = [];

    /// <summary>Jobs asked for differently.</summary>
    public ImmutableArray<JobChange> Jobs { get; init; } = [];

    /// <summary>Names of jobs that are withdrawn.</summary>
    public ImmutableArray<string> Withdrawn { get; init; } = [];

    /// <summary>Jobs that are submitted now.</summary>
    public ImmutableArray<JobSnapshot> Submitted { get; init; } = [];

    /// <summary>Other quotas.</summary>
    public ImmutableArray<QuotaChange> Quotas { get; init; } = [];

    /// <summary>A change of one job.</summary>
    public static PoolChange Of(JobChange job) => new() { Jobs = [job] };

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A list is too long, a number out of its range, or nothing is asked; all problems are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        Check(nameof(Nodes), Nodes);
        Check(nameof(Drained), Drained);
        Check(nameof(Jobs), Jobs);
        Check(nameof(Withdrawn), Withdrawn);
        Check(nameof(Submitted), Submitted);
        Check(nameof(Quotas), Quotas);
        problems.Check(
            Size(Nodes) + Size(Drained) + Size(Jobs) + Size(Withdrawn) + Size(Submitted) + Size(Quotas) > 0, "change", "empty", "at least one entry");
        for (var i = 0; i < Size(Nodes) && i < MaxEntries; i++)
        {
            problems.Check(Nodes[i].Count is (>= -MaxNodes and <= MaxNodes) and not 0, $"Nodes[{i}].Count", Nodes[i].Count, $"-{MaxNodes} to {MaxNodes}, not 0");
            problems.Check(Nodes[i].AcceleratorsPerNode is null or (>= 1 and <= 1_024), $"Nodes[{i}].AcceleratorsPerNode", Nodes[i].AcceleratorsPerNode, "1 to 1024");
        }

        var coming = Size(Nodes) == 0 ? 0 : Nodes.Sum(change => Math.Max(0L, change.Count));
        problems.Check(coming <= MaxNodes, nameof(Nodes), coming, $"{MaxNodes} new nodes in all");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }

        void Check<T>(string name, ImmutableArray<T> list) => problems.Check(Size(list) <= MaxEntries, name, Size(list), $"up to {MaxEntries} entries");
    }

    private static int Size<T>(ImmutableArray<T> list) => list.IsDefault ? 0 : list.Length;
}
