using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Alpha * A B + Beta * C of matrices; C (input 2) is optional and broadcast to [M, N].</summary>
/// <param name="Alpha">Factor of the product.</param>
/// <param name="Beta">Factor of C.</param>
/// <param name="TransposesLeft">Whether A is given as [K, M].</param>
/// <param name="TransposesRight">Whether B is given as [N, K].</param>
public sealed record GemmOperator(float Alpha = 1, float Beta = 1, bool TransposesLeft = false, bool TransposesRight = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Gemm";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("alpha", Alpha).With("beta", Beta).With("transA", TransposesLeft).With("transB", TransposesRight);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var element = inputs.RequireCount(2, 3).RequireSameElementType(0, 1);
        var result = MatrixProduct.Of(inputs.RequireRank(0, 2), inputs.RequireRank(1, 2), TransposesLeft, TransposesRight, Name).Result;
        if (inputs.Has(2))
        {
            inputs.RequireSameElementType(0, 2);
            if (!Broadcasting.Common(result, inputs[2].Shape, Name).Equals(result))
            {
                throw new ShapeMismatchException($"{Name}: C has shape {inputs[2].Shape}, which cannot be repeated to {result}.");
            }
        }

        return [new TensorType(element, result)];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var (left, right, dy) = (context.Input(0), context.Input(1), context.OutputGradient);
        if (context.Needs(0))
        {
            context.Give(0, TransposesLeft
                ? context.Apply(new GemmOperator(Alpha, 0, TransposesRight, true), right, dy)[0]
                : context.Apply(new GemmOperator(Alpha, 0, false, !TransposesRight), dy, right)[0]);
        }

        if (context.Needs(1))
        {
            context.Give(1, TransposesRight
                ? context.Apply(new GemmOperator(Alpha, 0, true, TransposesLeft), dy, left)[0]
                : context.Apply(new GemmOperator(Alpha, 0, !TransposesLeft, false), left, dy)[0]);
        }

        if (context.Needs(2))
        {
            context.GiveSummed(2, Beta == 1 ? dy : context.Apply(new Elementwise.AffineOperator(Beta), dy)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(MatrixProduct.Of(inputs[0]!.Shape, inputs[1]!.Shape, TransposesLeft, TransposesRight, Name).Flops, Traffic(inputs, outputs));
}
