using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Tests.Legacy.Operators;

public sealed class OperatorShapeTests
{
    private static readonly TensorType Matrix = TensorType.Real(2, 3);

    [Fact]
    public void Infer_WhenInnerSizesDiffer_NamesBothShapes() =>
        Contains(() => new GemmOperator().Infer([Matrix, TensorType.Real(4, 5)]), "[2, 3] x [4, 5]");

    [Fact]
    public void Infer_WhenBiasDoesNotFit_NamesAllShapes() =>
        Contains(() => new GemmOperator().Infer([Matrix, TensorType.Real(3, 5), TensorType.Real(4)]), "[4]", "[2, 3] x [3, 5]");

    [Fact]
    public void Infer_WhenSummandsDiffer_NamesBothShapes() =>
        Contains(() => new AddOperator().Infer([Matrix, TensorType.Real(3, 2)]), "[2, 3]", "[3, 2]");

    [Fact]
    public void Infer_WhenChannelsDiffer_NamesBothShapes() =>
        Contains(
            () => new Conv2dOperator().Infer([TensorType.Real(Shape.Batch, 3, 8, 8), TensorType.Real(4, 2, 3, 3)]), "[N, 3, 8, 8]", "[4, 2, 3, 3]");

    [Fact]
    public void Infer_WhenReshapeChangesCount_NamesBothShapes() =>
        Contains(
            () => new ReshapeOperator(new Shape(Shape.Batch, 5)).Infer([TensorType.Real(Shape.Batch, 2, 3)]), "[N, 2, 3]", "[N, 5]");

    [Fact]
    public void Infer_WhenLabelsAreFloats_NamesBothShapes() =>
        Contains(
            () => new SoftmaxCrossEntropyOperator().Infer([TensorType.Real(Shape.Batch, 3), TensorType.Real(Shape.Batch)]), "[N, 3]", "[N]");

    [Fact]
    public void Infer_WhenInputIsMissing_NamesCount() => Contains(() => new ReluOperator().Infer([]), "Relu has 0 inputs");

    [Fact]
    public void Shape_WhenBatchIsNotFirstOrProductOverflows_IsRefused()
    {
        Contains(() => new Shape(3, Shape.Batch), "dimension 1");
        Contains(() => new Shape(1 << 16, 1 << 16), "elements");
        Contains(() => new Shape(1, 1, 1, 1, 1, 1, 1, 1, 1), "up to 8");
    }

    private static void Contains(Func<object> act, params string[] parts)
    {
        var message = Assert.Throws<ShapeMismatchException>(act).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
