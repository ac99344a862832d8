using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Accelerators of one type after a round.</summary>
/// <param name="Type">The type.</param>
/// <param name="IsAccepted">Whether the job accepts it.</param>
/// <param name="Ready">Accelerators of ready nodes.</param>
/// <param name="NotReady">Accelerators of nodes that drain or are lost.</param>
/// <param name="Free">Whole accelerators of ready nodes that no job holds a part of.</param>
/// <param name="LargestFree">Most of them on one node.</param>
/// <param name="Holders">Who holds the rest: the first to end first, at most as many as the options say.</param>
/// <param name="HeldByOthers">Accelerators of holders that are not listed, a part counting as its share.</param>
/// <param name="FreeInParts">What nobody holds of accelerators that jobs hold parts of.</param>
public sealed record TypeSupply(
    string Type, bool IsAccepted, int Ready, int NotReady, int Free, int LargestFree, ImmutableArray<AcceleratorHolder> Holders,
    double HeldByOthers, double FreeInParts = 0);
