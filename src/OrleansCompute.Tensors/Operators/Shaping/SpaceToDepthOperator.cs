using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Moves blocks of pixels into channels: [N, C, H, W] to [N, C b², H / b, W / b].</summary>
/// <param name="Block">b, 1 or more.</param>
/// <param name="ColumnsFirst">Whether the channel is the slowest part of the new channel, else (as ONNX has it) the fastest.</param>
public sealed record SpaceToDepthOperator(int Block, bool ColumnsFirst = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SpaceToDepth";

    /// <inheritdoc/>
    public override string Domain => ColumnsFirst ? "oc" : "";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ColumnsFirst
        ? OperatorAttributes.Empty.With("blocksize", Block).With("mode", "CRD")
        : OperatorAttributes.Empty.With("blocksize", Block);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 4);
        return Block > 0 && shape[2] % Block == 0 && shape[3] % Block == 0
            ? [inputs[0] with { Shape = new Shape(shape[0], checked(shape[1] * Block * Block), shape[2] / Block, shape[3] / Block) }]
            : throw new ShapeMismatchException($"{Name}: blocksize is {Block}; it must divide height and width of {shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new DepthToSpaceOperator(Block, ColumnsFirst), context.OutputGradient)[0]);
}
