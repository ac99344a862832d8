using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>Gradient of <see cref="SoftmaxOperator"/> from its output y and dy (inputs 0 and 1, of one shape): y (dy - sum of dy y).</summary>
/// <param name="Axis">As of the operator.</param>
/// <param name="IsFlat">As of the operator.</param>
public sealed record SoftmaxGradientOperator(int Axis, bool IsFlat = false) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override bool HasGradient => !IsFlat;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.GiveComposed((builder, inputs) =>
        {
            var (y, dy) = (inputs[0]!, inputs[1]!);
            var sum = builder.Apply(new ReduceOperator(Reduction.Sum, IntList.Create([Axis])), builder.Mul(dy, y))[0];
            return [builder.Mul(y, builder.Sub(dy, sum))];
        });
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost(4L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
    }
}
