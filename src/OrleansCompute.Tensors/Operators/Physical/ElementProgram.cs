using System.Collections.Immutable;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// A chain of element-wise steps as data: inputs are registers 0 to InputCount - 1, each step writes the next register, the last one is
/// the result. Immutable; compared by value.
/// </summary>
public sealed class ElementProgram : IEquatable<ElementProgram>
{
    /// <summary>Creates a program.</summary>
    /// <param name="inputCount">Inputs, 1 or more.</param>
    /// <param name="steps">Steps, 1 or more, each with arguments from before it.</param>
    /// <exception cref="ArgumentException">An argument is not computed yet.</exception>
    public ElementProgram(int inputCount, params ImmutableArray<ElementStep> steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputCount, 1);
        for (var i = 0; i < steps.Length; i++)
        {
            if ((uint)steps[i].A >= (uint)(inputCount + i) || (steps[i].IsBinary && (uint)steps[i].B >= (uint)(inputCount + i)))
            {
                throw new ArgumentException($"Step {i} ({steps[i]}) reads a register that is not written yet; allowed 0 to {inputCount + i - 1}.", nameof(steps));
            }
        }

        InputCount = inputCount;
        Steps = steps;
    }

    /// <summary>Inputs.</summary>
    public int InputCount { get; }

    /// <summary>Steps, in order.</summary>
    public ImmutableArray<ElementStep> Steps { get; }

    /// <inheritdoc/>
    public bool Equals(ElementProgram? other) => other is not null && InputCount == other.InputCount && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ElementProgram);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(InputCount);
        foreach (var step in Steps)
        {
            hash.Add(step);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example Mul(0, 1) Relu(2).</summary>
    public override string ToString() =>
        string.Join(' ', Steps.Select(step => step.IsBinary ? $"{step.Opcode}({step.A}, {step.B})" : $"{step.Opcode}({step.A})"));
}
