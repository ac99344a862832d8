using System.Collections.Immutable;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Dashboard.Data;

/// <summary>The versions of a model, oldest first.</summary>
/// <param name="Versions">The versions; empty for a model that was never published.</param>
public sealed record ModelHistory(ImmutableArray<ModelVersion> Versions);
