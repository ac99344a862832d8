using System.Collections.Immutable;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer, Immutable]
public sealed record Reading(string Name, double Value, ImmutableArray<float> Samples);
