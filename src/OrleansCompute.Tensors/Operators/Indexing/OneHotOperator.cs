using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>For each index a row of off values with one on value: (indices, depth, [off, on]). Indices outside the depth give only off values.</summary>
/// <param name="Axis">Where the new dimension goes in the result, -Rank to Rank - 1 of the result.</param>
public sealed record OneHotOperator(int Axis = -1) : Operator
{
    /// <inheritdoc/>
    public override string Name => "OneHot";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3);
        if (inputs[1].Shape.Elements != 1 || inputs[2].Shape.Elements != 2)
        {
            throw new ShapeMismatchException($"{Name}: the depth is {inputs[1]}, the values are {inputs[2]}; they must have one and two elements.");
        }

        var depth = inputs.Constant(1) is not { } tensor ? Shape.Any
            : tensor.ElementType.IsFloatingPoint() ? (int)ConstantNumbers.ReadReals(tensor)[0]
            : (int)Math.Clamp(ConstantNumbers.Read(tensor)[0], -2, int.MaxValue);
        if (depth < 1 && inputs.Constant(1) is not null)
        {
            throw new ShapeMismatchException($"{Name}: the depth is {depth}; allowed 1 or more.");
        }

        var shape = inputs[0].Shape;
        var axis = new Shape([1, .. shape.Dimensions]).Axis(Axis, Name);
        return [inputs[2] with { Shape = new Shape([.. shape.Dimensions[..axis], depth, .. shape.Dimensions[axis..]]) }];
    }

    /// <summary>By the values: what the off places and what the on places got.</summary>
    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (!context.Needs(2))
        {
            return;
        }

        var (dy, off) = (context.OutputGradient, context.Slice(context.Input(2), 0, 0, 1));
        GraphValue Sum(float offValue, float onValue)
        {
            var values = context.CastLike(context.Constant(Tensor.Vector(offValue, onValue)), context.Input(2));
            return context.SumToLike(context.Mul(dy, context.Apply(this, context.Input(0), context.Input(1), values)[0]), off);
        }

        context.Give(2, context.Concat(0, Sum(1, 0), Sum(0, 1)));
    }
}
