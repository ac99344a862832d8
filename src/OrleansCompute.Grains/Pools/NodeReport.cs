using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Grains.Pools;

/// <summary>Whether a pool can count with what a node says of itself: a node is another process, and one bad number would stop every round. Pure.</summary>
internal static class NodeReport
{
    public const int MaxAccelerators = 1_024;
    private const int MaxListed = 16;
    private const int MaxKindLength = 128;
    private const int MaxThreads = 65_536;
    private const int MaxDatasets = 64;

    // Two hashes as hexadecimal with a colon between them are 129.
    private const int MaxDatasetLength = 160;
    private const double MaxGflops = 1e12;

    /// <summary>Null where what a node says of the datasets it holds can be used; else a sentence that says why not.</summary>
    public static string? DatasetsProblem(ImmutableArray<string> datasets) =>
        datasets.IsDefaultOrEmpty ? null
        : datasets.Length > MaxDatasets ? string.Create(CultureInfo.InvariantCulture, $"node.datasets (count) is {datasets.Length}; allowed: 0 to {MaxDatasets}.")
        : datasets.Any(key => key is not { Length: > 0 and <= MaxDatasetLength })
            ? string.Create(CultureInfo.InvariantCulture, $"node.datasets has one that is empty or longer than {MaxDatasetLength} characters; allowed: 1 to {MaxDatasetLength}.")
        : null;

    /// <summary>Null where it can; else sentences that say why not.</summary>
    public static string? Problem(NodeSnapshot node)
    {
        var problems = new List<string?> { FabricNames.Explain("node.name", node.Name) };
        var slots = node.Accelerators.IsDefault ? [] : node.Accelerators;
        Check(slots.Length <= MaxAccelerators, "node.accelerators (count)", slots.Length, $"0 to {MaxAccelerators}");
        Check(Enum.IsDefined(node.State), "node.state", node.State, string.Join(", ", Enum.GetNames<NodeState>()));
        problems.AddRange(HostCheck.Problems("node.host.", node.Host ?? new HostDescription()));
        problems.Add(DatasetsProblem(node.Datasets));
        foreach (var slot in slots.Take(MaxAccelerators))
        {
            if (slot?.Accelerator is not { } about)
            {
                problems.Add("node.accelerators has one that is null; allowed: descriptions.");
                continue;
            }

            var of = $"node.accelerators.{about.Name}";
            problems.Add(FabricNames.Explain("node.accelerators.name", about.Name));
            Check(about.Kind is { Length: > 0 and <= MaxKindLength }, $"{of}.kind (characters)", about.Kind?.Length ?? 0, $"1 to {MaxKindLength}");
            Check(about.Threads is >= 1 and <= MaxThreads, $"{of}.threads", about.Threads, $"1 to {MaxThreads}");
            Check(about.ComputeShareFraction is > 0 and <= 1, $"{of}.computeShareFraction", about.ComputeShareFraction, "above 0 to 1");
            Check(about.ScoreGflops is >= 0 and <= MaxGflops, $"{of}.scoreGflops", about.ScoreGflops, $"0 to {MaxGflops}");
            Check(about.MemoryBytes >= 0, $"{of}.memoryBytes", about.MemoryBytes, "0 or more");
            Check(slot.FenceId is >= 0 and < long.MaxValue, $"{of}.fenceId", slot.FenceId, $"0 to {long.MaxValue - 1}");
        }

        if (slots.GroupBy(slot => slot?.Accelerator?.Name ?? "", StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            problems.Add($"node.accelerators names '{twice.Key}' {twice.Count()} times; allowed: once.");
        }

        var found = problems.OfType<string>().ToList();
        return found.Count == 0 ? null
            : string.Join(' ', found.Take(MaxListed)) + (found.Count > MaxListed ? $" And {found.Count - MaxListed} more." : "");

        void Check(bool isRight, string field, object? value, string allowed)
        {
            if (!isRight)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{field} is {value}; allowed: {allowed}."));
            }
        }
    }
}
