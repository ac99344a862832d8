using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ShapingCases
{
    private static readonly SliceOperator OldSlice = new([1, -3], [100, 5], [2, 0]);
    private static readonly PadOperator OldPad = new(PadMode.Reflect, [1, 0, 0, 2]);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Identity", new IdentityOperator(), Normal(1, 2, 3)),
        new("ReshapeLike", new ReshapeLikeOperator(), Normal(1, 2, 6), Normal(2, 3, 4)),
        new("ExpandLike", new ExpandLikeOperator(), Normal(1, 3, 1), Normal(2, 2, 3, 4)),
        new("Reshape_RestAndCopy", new ReshapeOperator(), Normal(1, 2, 6), Numbers(0, -1, 3)),
        new("Reshape_AllowZero", new ReshapeOperator(true), Normal(1, 2, 0), Numbers(3, 0, 5)),
        new("Transpose_Reverse", new TransposeOperator(), Normal(1, 2, 3, 4)),
        new("Transpose_Order", new TransposeOperator([1, 2, 0]), Normal(1, 2, 3, 4)),
        new("Transpose_Int64", new TransposeOperator([1, 0]), Tensor.Of<long>(new Shape(2, 3), [1, 2, 3, 4, 5, 6])),
        new("Flatten", new FlattenOperator(2), Normal(1, 2, 3, 4)),
        new("Flatten_End", new FlattenOperator(-1), Normal(1, 2, 3, 4)),
        new("Squeeze_All", new SqueezeOperator(), Normal(1, 1, 3, 1)),
        new("Squeeze_Input", new SqueezeOperator(), Normal(1, 1, 3, 1), Numbers(-1)),
        new("Squeeze_Attribute", new SqueezeOperator([0]), Normal(1, 1, 3, 1)),
        new("Unsqueeze_Input", new UnsqueezeOperator(), Normal(1, 2, 3), Numbers(-1, 1)),
        new("Unsqueeze_Attribute", new UnsqueezeOperator([0]), Normal(1, 2, 3)),
        new("Expand", new ExpandOperator(), Normal(1, 3, 1), Numbers(2, 1, 4)),
        new("Tile", new TileOperator(), Normal(1, 2, 3), Numbers(3, 2)),
        new("TileGradient", new TileGradientOperator(), Normal(1, 6, 6), Normal(2, 2, 3)),
        new("Concat", new ConcatOperator(-1), Normal(1, 2, 3), Normal(2, 2, 1), Normal(3, 2, 4)),
        new("Concat_One", new ConcatOperator(0), Normal(1, 2, 3)),
        new("SplitLike", new SplitLikeOperator(1, 2), Normal(1, 2, 5), Normal(2, 2, 3), Normal(3, 2, 2)),
        new("Split_Equal", new SplitOperator(3, 1), Normal(1, 2, 7)),
        new("Split_Input", new SplitOperator(2), Normal(1, 5, 2), Numbers(4, 1)),
        new("Split_Attribute", new SplitOperator(2, 0, [2, 3]), Normal(1, 5, 2)),
        new("Slice_Steps", new SliceOperator(), Normal(1, 5, 6), Numbers(1, -1), Numbers(1000, -100), Numbers(0, 1), Numbers(2, -2)),
        new("Slice_Ends", new SliceOperator(), Normal(1, 5, 6), Numbers(-2), Numbers(long.MaxValue), Numbers(-1)),
        new("Slice_Nothing", new SliceOperator(), Normal(1, 5, 6), Numbers(4), Numbers(2)),
        new("Slice_Attributes", OldSlice, Normal(1, 5, 2, 4)),
        new("SliceGradient", new SliceGradientOperator(new SliceOperator()), Normal(1, 2, 3), Normal(2, 5, 3), Numbers(-1), Numbers(0), Numbers(0), Numbers(-3)),
        new("SliceGradient_Attributes", new SliceGradientOperator(OldSlice), Normal(1, 3, 2, 3), Normal(2, 5, 2, 4)),
        new("Pad_Constant", new PadOperator(), Normal(1, 2, 3), Numbers(1, 0, 2, -1), Tensor.Scalar(0.5f)),
        new("Pad_Reflect", new PadOperator(PadMode.Reflect), Normal(1, 4, 3), Numbers(5, 2), null, Numbers(0)),
        new("Pad_Edge", new PadOperator(PadMode.Edge), Normal(1, 2, 3), Numbers(1, 2, 0, 3)),
        new("Pad_Wrap", new PadOperator(PadMode.Wrap), Normal(1, 2, 3), Numbers(1, 4, 3, -1)),
        new("Pad_Attributes", OldPad, Normal(1, 3, 4)),
        new("PadGradient", new PadGradientOperator(new PadOperator()), Normal(1, 5, 2), Normal(2, 2, 3), Numbers(1, 0, 2, -1)),
        new("PadGradient_Attributes", new PadGradientOperator(OldPad), Normal(1, 4, 6), Normal(2, 3, 4)),
        new("Shape", new ShapeOperator(), Normal(1, 2, 3, 4)),
        new("Shape_Part", new ShapeOperator(-2, -1), Normal(1, 2, 3, 4)),
        new("Size", new SizeOperator(), Normal(1, 2, 3)),
        new("DepthToSpace_Rows", new DepthToSpaceOperator(2), Normal(1, 2, 8, 2, 3)),
        new("DepthToSpace_Columns", new DepthToSpaceOperator(2, true), Normal(1, 2, 8, 2, 3)),
        new("SpaceToDepth", new SpaceToDepthOperator(2), Normal(1, 2, 2, 4, 6)),
        new("SpaceToDepth_Columns", new SpaceToDepthOperator(2, true), Normal(1, 2, 2, 4, 6)),
        new("ReverseSequence_Time", new ReverseSequenceOperator(), Normal(1, 4, 3, 2), Numbers(4, 1, 3)),
        new("ReverseSequence_Batch", new ReverseSequenceOperator(0, 1), Normal(1, 3, 4), Numbers(2, 4, 0)),
        new("CenterCropPad", new CenterCropPadOperator(), Normal(1, 5, 4), Numbers(2, 7)),
        new("CenterCropPad_Axes", new CenterCropPadOperator([-1]), Normal(1, 2, 4), Numbers(3)),
    ];

    internal static Tensor Numbers(params long[] numbers) => Tensor.Vector<long>(numbers);
}
