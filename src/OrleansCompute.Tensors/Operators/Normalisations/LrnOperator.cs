using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Local response normalisation of x [N, C, ...]: x / (bias + alpha / size * sum of x^2)^beta, the sum over the channels from c - floor((size
/// - 1) / 2) to c + ceil((size - 1) / 2) (Krizhevsky et al. 2012).
/// </summary>
/// <param name="Size">Channels of a window, 1 or more.</param>
/// <param name="Alpha">Factor.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="Bias">Added to the sum.</param>
public sealed record LrnOperator(int Size, float Alpha = 1e-4f, float Beta = 0.75f, float Bias = 1) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "LRN";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        OperatorAttributes.Empty.With("size", Size).With("alpha", Alpha).With("beta", Beta).With("bias", Bias);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1).RequireRank(0, 2, Shape.MaxRank);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new LrnGradientOperator(Size, Alpha, Beta, Bias), context.Input(0), context.OutputGradient)[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new((Size + 4L) * outputs[0].Shape.Elements, Traffic(inputs, outputs));

    internal static LrnOperator Create(OperatorRequest request)
    {
        var size = (int)request.Attributes.Require<long>("size");
        return size > 0
            ? new LrnOperator(size, request.Attributes.Get("alpha", 1e-4f), request.Attributes.Get("beta", 0.75f), request.Attributes.Get("bias", 1f))
            : throw new FormatException($"LRN: size is {size}; allowed: 1 or more.");
    }
}
