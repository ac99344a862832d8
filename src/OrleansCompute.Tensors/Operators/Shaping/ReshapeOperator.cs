using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// The elements in another shape, given by the second input (int64): -1, at most once, stands for what is left; 0 for the size of the
/// same dimension of the first input, or for itself if <paramref name="AllowZero"/>.
/// </summary>
/// <param name="AllowZero">Whether a 0 is a size.</param>
public sealed record ReshapeOperator(bool AllowZero = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Reshape";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => AllowZero ? OperatorAttributes.Empty.With("allowzero", true) : OperatorAttributes.Empty;

    /// <summary>The shape that the numbers of the second input stand for.</summary>
    /// <param name="from">Static shape of the first input.</param>
    /// <param name="sizes">The numbers.</param>
    /// <exception cref="ShapeMismatchException">They stand for no shape with as many elements.</exception>
    public Shape Target(Shape from, IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(sizes);
        ShapeMismatchException Error(string why) => new($"{Name}: {from} to [{string.Join(", ", sizes)}]: {why}.");
        if (sizes.Count > Shape.MaxRank)
        {
            throw new ShapeMismatchException($"{Name}: the shape has {sizes.Count} dimensions; allowed up to {Shape.MaxRank}.");
        }

        var result = sizes.ToArray();
        int open = -1;
        long known = 1;
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i] == 0 && !AllowZero)
            {
                result[i] = i < from.Rank ? from[i] : throw Error($"size {i} is 0, which copies dimension {i}, and there is none");
            }

            if (result[i] < -1 || (result[i] == -1 && open >= 0))
            {
                throw Error("sizes must be 0 or more, or -1 at most once");
            }

            (open, known) = result[i] == -1 ? (i, known) : (open, Math.Min(known * result[i], int.MaxValue + 1L));
        }

        if (open >= 0)
        {
            result[open] = known > 0 && from.Elements % known == 0 ? (int)(from.Elements / known) : throw Error($"{from.Elements} elements cannot be divided by {known}");
        }

        return open >= 0 || known == from.Elements ? new Shape(result) : throw Error($"{from.Elements} elements become {known}; the numbers must be equal");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        inputs.RequireRank(1, 1);
        var sizes = inputs.SmallNumbers(1);
        return [inputs[0] with
        {
            Shape = sizes is not null ? Target(inputs[0].Shape, sizes)
                : inputs[1].Shape[0] <= Shape.MaxRank ? new Shape(IntList.Repeat(Shape.Any, inputs[1].Shape[0]).AsSpan()) : Shape.Unknown,
        }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ReshapeLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
