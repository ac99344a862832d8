using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>op(A) * op(B), plus a bias over the rows when there is a third input.</summary>
/// <param name="TransposeA">Whether A is stored transposed.</param>
/// <param name="TransposeB">Whether B is stored transposed.</param>
public sealed record GemmOperator(bool TransposeA = false, bool TransposeB = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Gemm";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 3);
        Shape a = inputs[0].Shape, b = inputs[1].Shape;
        if (a.Rank != 2 || b.Rank != 2)
        {
            throw new ShapeMismatchException($"Gemm: {a} x {b}: both must have two dimensions; put Flatten before it.");
        }

        var (rows, depth) = TransposeA ? (a[1], a[0]) : (a[0], a[1]);
        var (inner, columns) = TransposeB ? (b[1], b[0]) : (b[0], b[1]);
        if (depth != inner || columns == Shape.Batch)
        {
            throw new ShapeMismatchException(
                $"Gemm: {a}{(TransposeA ? " transposed" : "")} x {b}{(TransposeB ? " transposed" : "")}: the inner sizes differ.");
        }

        if (inputs.Count == 3 && (inputs[2].Shape.Rank != 1 || inputs[2].Shape[0] != columns))
        {
            throw new ShapeMismatchException($"Gemm: bias {inputs[2].Shape} does not fit the result of {a} x {b}; expected [{columns}].");
        }

        return [TensorType.Real(rows, columns)];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (TransposeA)
        {
            throw new NotSupportedException("Gemm with a transposed A has no gradient; only backward nodes use it.");
        }

        GraphValue a = context.Input(0), b = context.Input(1), gradient = context.OutputGradient;
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new GemmOperator(false, !TransposeB), gradient, b)[0]);
        }

        if (context.Needs(1))
        {
            context.Give(1, TransposeB
                ? context.Apply(new GemmOperator(true), gradient, a)[0]
                : context.Apply(new GemmOperator(true), a, gradient)[0]);
        }

        if (context.Needs(2))
        {
            context.Give(2, context.Apply(new ColumnSumOperator(), gradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        var a = inputs[0].Shape;
        long depth = Math.Max(TransposeA ? a[0] : a[1], 1);
        var bias = inputs.Count == 3 ? 1 : 0;
        return new OperatorCost(outputs[0].Shape.Elements * ((2 * depth) + bias), Traffic(inputs, outputs));
    }
}
