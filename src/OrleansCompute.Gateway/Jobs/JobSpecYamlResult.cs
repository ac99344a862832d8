using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>What became of a YAML job spec: the spec, or what is wrong with it.</summary>
/// <param name="Spec">The sound spec; null where there are problems.</param>
/// <param name="Problems">Each names the field, line and column, the value and the allowed form. Empty where the spec is sound.</param>
public sealed record JobSpecYamlResult(JobSpec? Spec, IReadOnlyList<string> Problems);
