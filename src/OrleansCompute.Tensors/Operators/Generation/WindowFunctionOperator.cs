using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>A window for spectra, as long as the input (one integer) says.</summary>
/// <param name="Function">Which window.</param>
/// <param name="IsPeriodic">Whether it is one period, else symmetric.</param>
/// <param name="Output">Element type.</param>
public sealed record WindowFunctionOperator(WindowFunction Function, bool IsPeriodic = true, ElementType Output = ElementType.Float32) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"{Function}Window";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("periodic", IsPeriodic).With("output_datatype", (int)Output);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        if (inputs.RequireCount(1)[0].Shape.Elements != 1)
        {
            throw new ShapeMismatchException($"{Name}: the size is {inputs[0]}; it must have one element.");
        }

        var size = inputs.SmallNumbers(0)?[0] ?? Shape.Any;
        return size >= 0 || inputs.Constant(0) is null
            ? [new TensorType(Output, new Shape(size))]
            : throw new ShapeMismatchException($"{Name}: the size is {size}; allowed 0 or more.");
    }
}
