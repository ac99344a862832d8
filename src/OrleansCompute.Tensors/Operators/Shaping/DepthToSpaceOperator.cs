using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Moves channels into blocks of pixels: [N, C, H, W] to [N, C / b², H b, W b].</summary>
/// <param name="Block">b, 1 or more.</param>
/// <param name="ColumnsFirst">Whether the channel of the result is the slowest part of the channel (CRD), else the fastest (DCR).</param>
public sealed record DepthToSpaceOperator(int Block, bool ColumnsFirst = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "DepthToSpace";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("blocksize", Block).With("mode", ColumnsFirst ? "CRD" : "DCR");

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 4);
        return Block > 0 && shape[1] % ((long)Block * Block) == 0
            ? [inputs[0] with { Shape = new Shape(shape[0], (int)(shape[1] / ((long)Block * Block)), checked(shape[2] * Block), checked(shape[3] * Block)) }]
            : throw new ShapeMismatchException($"{Name}: blocksize is {Block}; its square must divide the {shape[1]} channels of {shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new SpaceToDepthOperator(Block, ColumnsFirst), context.OutputGradient)[0]);
}
