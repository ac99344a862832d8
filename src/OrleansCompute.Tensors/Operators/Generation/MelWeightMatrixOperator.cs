using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>
/// The matrix that turns a spectrum into mel bands: (bands, DFT length, sample rate, lowest and highest frequency in Hz) to
/// [DFT length / 2 + 1, bands], triangles between frequencies that are evenly spaced in mel, 2595 log10(1 + f / 700).
/// </summary>
/// <param name="Output">Element type.</param>
public sealed record MelWeightMatrixOperator(ElementType Output = ElementType.Float32) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MelWeightMatrix";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("output_datatype", (int)Output);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(5);
        for (var i = 0; i < 5; i++)
        {
            if (inputs[i].Shape.Elements != 1)
            {
                throw new ShapeMismatchException($"{Name}: input {i} is {inputs[i]}; it must have one element.");
            }
        }

        if (inputs.SmallNumbers(0) is not [var bands] || inputs.SmallNumbers(1) is not [var length])
        {
            return [new TensorType(Output, new Shape(Shape.Any, Shape.Any))];
        }

        return bands > 0 && length > 0
            ? [new TensorType(Output, new Shape((length / 2) + 1, bands))]
            : throw new ShapeMismatchException($"{Name}: {bands} bands, DFT length {length}; allowed 1 or more.");
    }
}
