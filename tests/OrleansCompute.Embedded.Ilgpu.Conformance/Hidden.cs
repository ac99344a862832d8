namespace OrleansCompute.Embedded.Ilgpu.Conformance;

/// <summary>A parameter that kernels cannot have: this assembly is not open to the one that the package emits them into.</summary>
internal readonly struct Hidden(int value)
{
    public int Value { get; } = value;
}
