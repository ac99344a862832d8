namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>A measured or computed number with its name.</summary>
/// <param name="Name">1 to 64 characters of the form of <see cref="FabricName"/>; units belong into it where they are not obvious.</param>
/// <param name="Value">Finite: NaN and the infinities are refused.</param>
public readonly record struct NamedValue(string Name, double Value);
