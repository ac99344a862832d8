using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>A network, or what is wrong with its text. Immutable.</summary>
/// <param name="Spec">The network; null when there are problems.</param>
/// <param name="Problems">Sentences, each with field, line, column, value and allowed range.</param>
public sealed record ModelSpecYamlResult(ModelSpec? Spec, IReadOnlyList<string> Problems);
