using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>Draws classes: for each row of logarithms of (not normalised) probabilities so many samples. About the seed see <see cref="RandomOperator"/>.</summary>
/// <param name="Samples">Samples for each row, 1 or more.</param>
/// <param name="Output">Int32 or Int64.</param>
/// <param name="Seed">As ONNX has it, a float.</param>
public sealed record MultinomialOperator(int Samples = 1, ElementType Output = ElementType.Int32, float? Seed = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Multinomial";

    /// <inheritdoc/>
    public override bool IsDeterministic => Seed is not null;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("sample_size", Samples).With("dtype", (int)Output).With("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 2);
        return Samples > 0 && Output is ElementType.Int32 or ElementType.Int64 && shape[1] > 0
            ? [new TensorType(Output, new Shape(shape[0], Samples))]
            : throw new ShapeMismatchException($"{Name}: {Samples} samples of {Output} from {shape}; allowed: 1 or more of Int32 or Int64, from 1 class or more.");
    }
}
