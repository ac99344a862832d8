namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>One step of an <see cref="ElementProgram"/>. Immutable.</summary>
/// <param name="Opcode">What it computes.</param>
/// <param name="A">First argument: number of an input, or number of inputs + number of an earlier step.</param>
/// <param name="B">Second argument, where there is one.</param>
/// <param name="P">First number, where there is one.</param>
/// <param name="Q">Second number, where there is one.</param>
public readonly record struct ElementStep(ElementOpcode Opcode, int A, int B = 0, float P = 0, float Q = 0)
{
    /// <summary>Whether it has a second argument.</summary>
    public bool IsBinary => Opcode is <= ElementOpcode.Max or >= ElementOpcode.ReluGradient;
}
