using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>Gradient of <see cref="LogSoftmaxOperator"/> from its output y and dy (inputs 0 and 1, of one shape): dy - exp(y) (sum of dy).</summary>
/// <param name="Axis">As of the operator.</param>
/// <param name="IsFlat">As of the operator.</param>
public sealed record LogSoftmaxGradientOperator(int Axis, bool IsFlat = false) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmaxGradient";

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
            var sum = builder.Apply(new ReduceOperator(Reduction.Sum, IntList.Create([Axis])), dy)[0];
            return [builder.Sub(dy, builder.Mul(builder.Exp(y), sum))];
        });
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost(4L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
    }
}
