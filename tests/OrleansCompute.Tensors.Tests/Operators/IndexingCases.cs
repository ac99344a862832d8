using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;
using static OrleansCompute.Tensors.Tests.Operators.ShapingCases;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class IndexingCases
{
    private static readonly Tensor Rows = Tensor.Of<long>(new Shape(2, 3), [0, 3, -1, 1, 0, 2]);
    private static readonly Tensor Parts = Tensor.Of<long>(new Shape(3, 2), [0, 1, 2, -1, 1, 0]);
    private static readonly Tensor Condition = Tensor.Vector(true, false, true);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Gather_Embedding", new GatherOperator(), Normal(1, 5, 3), Tensor.Of<long>(new Shape(2, 2), [4, 0, -1, 0])),
        new("Gather_Axis", new GatherOperator(-2), Normal(1, 2, 4, 3), Tensor.Vector(3, 1, 1)),
        new("Gather_Scalar", new GatherOperator(1), Normal(1, 2, 4), Tensor.Scalar<long>(2)),
        new("GatherGradient", new GatherGradientOperator(1), Normal(1, 2, 3, 3), Tensor.Vector<long>(3, 1, 1), Normal(2, 2, 4, 3)),
        new("GatherElements", new GatherElementsOperator(), Normal(1, 4, 3), Rows),
        new("GatherND", new GatherNDOperator(), Normal(1, 3, 2, 4), Parts),
        new("GatherND_Batch", new GatherNDOperator(1), Normal(1, 2, 3, 4), Tensor.Of<long>(new Shape(2, 2, 1), [2, 0, 1, 1])),
        new("GatherNDGradient", new GatherNDGradientOperator(1), Normal(1, 2, 2, 4), Tensor.Of<long>(new Shape(2, 2, 1), [2, 0, 1, 1]), Normal(2, 2, 3, 4)),
        new("ScatterElements", new ScatterElementsOperator(), Normal(1, 4, 3), Rows, Normal(2, 2, 3)),
        new("ScatterElements_Add", new ScatterElementsOperator(1, ScatterReduction.Add), Normal(1, 2, 4), Rows, Normal(2, 2, 3)),
        new("ScatterElements_Max", new ScatterElementsOperator(1, ScatterReduction.Max), Normal(1, 2, 4), Rows, Normal(2, 2, 3)),
        new("ScatterElements_MulOfZeros", new ScatterElementsOperator(1, ScatterReduction.Mul), Tensor.Of(new Shape(2, 4), [1.5f, 0, 2, -1, 0, 3, 1, 2]), Rows, Tensor.Of(new Shape(2, 3), [0f, 2, 3, 2, 0.5f, -1])),
        new("ScatterND_Min", new ScatterNDOperator(ScatterReduction.Min), Normal(1, 3, 4), Numbers(0, 0, 2).Reshape(new Shape(3, 1)), Normal(2, 3, 4)),
        new("ScatterND", new ScatterNDOperator(), Normal(1, 3, 2, 4), Parts, Normal(2, 3, 4)),
        new("ScatterND_Add", new ScatterNDOperator(ScatterReduction.Add), Normal(1, 3, 4), Numbers(0, 0, 2).Reshape(new Shape(3, 1)), Normal(2, 3, 4)),
        new("ScatterND_Mul", new ScatterNDOperator(ScatterReduction.Mul), Normal(1, 3, 4), Numbers(0, 0, 2).Reshape(new Shape(3, 1)), Normal(2, 3, 4)),
        new("OneHot", new OneHotOperator(), Rows, Numbers(4), Tensor.Vector(0.5f, 2f)),
        new("OneHot_Axis", new OneHotOperator(1), Rows, Tensor.Scalar<long>(3), Tensor.Vector<long>(0, 1)),
        new("NonZero", new NonZeroOperator(), Tensor.Of(new Shape(2, 3), [1f, 0f, 2f, 0f, 0f, -1f])),
        new("Compress", new CompressOperator(), Normal(1, 2, 3), Condition),
        new("Compress_Axis", new CompressOperator(-1), Normal(1, 2, 4), Condition),
        new("CompressGradient", new CompressGradientOperator(0), Normal(1, 2, 3), Condition, Normal(2, 4, 3)),
        new("Unique", new UniqueOperator(), Tensor.Vector(2f, 1f, 1f, 3f, 4f, 3f)) { ChecksGradient = false }, // Equal elements part.
        new("Unique_Different", new UniqueOperator(), Normal(1, 3, 4)),
        new("Unique_Rows", new UniqueOperator(0, false), Normal(1, 3, 4)),
        new("Unique_Axis", new UniqueOperator(1, false), Tensor.Of<long>(new Shape(2, 4), [5, 1, 5, 0, 6, 2, 6, 2])),
        new("TopK", new TopKOperator(), Normal(1, 3, 6), Numbers(4)),
        new("TopK_Smallest", new TopKOperator(0, false), Normal(1, 6, 3), Numbers(2)),
        new("TopK_Attribute", new TopKOperator(1, K: 3), Normal(1, 2, 5)),
        new("NonMaxSuppression", new NonMaxSuppressionOperator(), Uniform(1, 0, 1, 2, 9, 4), Uniform(2, 0, 1, 2, 3, 9), Numbers(3), Tensor.Vector(0.3f), Tensor.Vector(0.2f)),
        new("NonMaxSuppression_ManyBoxes", new NonMaxSuppressionOperator(true), Uniform(1, 0, 1, 2, 300, 4), Uniform(2, -1, 1, 2, 5, 300), Numbers(90), Tensor.Vector(0.45f), Tensor.Vector(-0.5f)),
        new("NonMaxSuppression_EqualScores", new NonMaxSuppressionOperator(), Uniform(1, 0, 1, 1, 20, 4), Tensor.Zeros(TensorType.Real(1, 1, 20)), Numbers(20), Tensor.Vector(0.6f)),
        new("NonMaxSuppression_Center", new NonMaxSuppressionOperator(true), Uniform(1, 0, 1, 1, 9, 4), Uniform(2, 0, 1, 1, 2, 9), Numbers(4), Tensor.Vector(0.5f)),
    ];
}
