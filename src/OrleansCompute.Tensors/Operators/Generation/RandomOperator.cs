using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>
/// Random numbers: RandomNormal and RandomUniform, and, with an input of which only the shape (and type) is used, RandomNormalLike and
/// RandomUniformLike. With a seed every run gives the same numbers; without one each run of a kernel goes on where the last ended, from a
/// fixed start, so that a program's results can be repeated.
/// </summary>
/// <param name="Distribution">What is drawn.</param>
/// <param name="First">Mean, or lower bound.</param>
/// <param name="Second">Standard deviation, or upper bound.</param>
/// <param name="Output">Element type; Undefined: that of the input.</param>
/// <param name="Sizes">Shape; null: that of the input.</param>
/// <param name="Seed">As ONNX has it, a float.</param>
public sealed record RandomOperator(
    RandomDistribution Distribution, float First, float Second, ElementType Output = ElementType.Undefined, IntList? Sizes = null, float? Seed = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"Random{Distribution}{(Sizes is null ? "Like" : "")}";

    /// <inheritdoc/>
    public override bool IsDeterministic => Seed is not null;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes
    {
        get
        {
            var (first, second) = Distribution == RandomDistribution.Normal ? ("mean", "scale") : ("low", "high");
            return OperatorAttributes.Empty.With(first, First).With(second, Second).With("shape", Sizes?.ToArray())
                .With("dtype", Output == ElementType.Undefined ? null : (int)Output).With("seed", Seed);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(Sizes is null ? 1 : 0);
        var type = Output != ElementType.Undefined ? Output : Sizes is null ? inputs[0].ElementType : ElementType.Float32;
        if (Sizes?.Any(size => size < 0) == true)
        {
            throw new ShapeMismatchException($"{Name}: the shape is [{string.Join(", ", Sizes)}]; sizes must be 0 or more.");
        }

        return type.IsFloatingPoint()
            ? [new TensorType(type, Sizes is null ? inputs[0].Shape : new Shape(Sizes.AsSpan()))]
            : throw new ShapeMismatchException($"{Name}: the element type is {type}; it must be a floating-point type.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(10L * outputs[0].Shape.Elements, outputs[0].Bytes);
}
