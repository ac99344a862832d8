using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// The elements in another type. To integers fractions are cut off; between integers upper bits are lost; to bool everything but 0 is true.
/// </summary>
/// <param name="To">The new element type.</param>
public sealed record CastOperator(ElementType To) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Cast";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("to", (long)To);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [inputs.RequireCount(1)[0] with { ElementType = To }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (To.IsFloatingPoint() && MayBeReal(context.Input(0)))
        {
            context.Give(0, context.CastLike(context.OutputGradient, context.Input(0)));
        }
    }

    /// <summary>A type that only the run knows is taken for floating point: nothing else has a gradient to be asked for.</summary>
    internal static bool MayBeReal(GraphValue value) => value.Type.ElementType.IsFloatingPoint() || value.Type.ElementType == ElementType.Undefined;

    internal static CastOperator Create(OperatorRequest request)
    {
        var number = request.Attributes.Require<long>("to");
        return number is > 0 and <= int.MaxValue && Enum.IsDefined((ElementType)number)
            ? new CastOperator((ElementType)number)
            : throw new NotSupportedException($"Cast to element type {number} is not supported; allowed: {string.Join(", ", Enum.GetValues<ElementType>().Skip(1).Select(type => $"{(int)type} {type}"))}.");
    }
}
