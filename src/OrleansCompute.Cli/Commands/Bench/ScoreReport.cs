using OrleansCompute.Tensors.Accelerators.Scoring;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>What `oc bench accelerators` writes, and reads again to compare.</summary>
/// <param name="Cards">A card per accelerator.</param>
internal sealed record ScoreReport(IReadOnlyList<ScoreCard> Cards);
