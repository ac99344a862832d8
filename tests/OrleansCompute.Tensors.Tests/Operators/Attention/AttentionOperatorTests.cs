using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Attention;

public sealed class AttentionOperatorTests
{
    private const int Any = Shape.Any;

    public static TheoryData<int[]> Values => [[2, 2, 7, Any], [2, Any, 7, 8], [Any, Any, Any, Any], []];

    [Theory]
    [MemberData(nameof(Values))]
    public void Expand_WithoutWhatItNeedsOfTheValues_HasNoForm(int[] values)
    {
        var builder = new GraphBuilder();
        var q = builder.AddInput("q", TensorType.Real(2, 4, 5, 8));
        var k = builder.AddInput("k", TensorType.Real(2, 2, 7, 8));
        var v = builder.AddInput("v", new TensorType(ElementType.Float32, values.Length == 0 ? Shape.Unknown : new Shape(values)));

        Assert.Null(new AttentionOperator().Expand(builder, [q, k, v]));
    }

    [Theory]
    [InlineData(0, 7, 8)]
    [InlineData(2, 0, 8)]
    [InlineData(0, 0, 8)]
    [InlineData(2, 7, 0)]
    public void Expand_OfSharedKeysWithoutElements_GivesZeros(int batch, int keys, int valueSize)
    {
        var (q, k, v) = (TensorType.Real(batch, 4, 5, 8), TensorType.Real(batch, 2, keys, 8), TensorType.Real(batch, 2, keys, valueSize));

        var result = Run(q, k, v, [batch, 2, keys, valueSize]);

        Assert.Equal(new Shape(batch, 4, 5, valueSize), result.Shape);
        Assert.All(HostElements.Reals(result), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Expand_OfSharedKeysOfAnUnknownBatch_TakesAnEmptyOne()
    {
        var result = Run(TensorType.Real(Any, 4, 5, 8), TensorType.Real(Any, 2, 7, 8), TensorType.Real(Any, 2, 7, 8), [0, 2, 7, 8]);

        Assert.Equal(new Shape(0, 4, 5, 8), result.Shape);
    }

    private static Tensor Run(TensorType q, TensorType k, TensorType v, int[] values)
    {
        var builder = new GraphBuilder();
        GraphValue[] inputs = [builder.AddInput("q", q), builder.AddInput("k", k), builder.AddInput("v", v)];
        var form = new AttentionOperator().Expand(builder, inputs)!;
        using var accelerator = new ReferenceAccelerator();
        return new GraphInterpreter(accelerator).Run(
            builder.Build([.. form]),
            [Tensor.Zeros(TensorType.Real(values[0], 4, 5, 8)), Tensor.Zeros(TensorType.Real(values[0], 2, values[2], 8)), Tensor.Zeros(TensorType.Real(values))])[0];
    }
}
