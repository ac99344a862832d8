using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

public sealed class RowAttentionPassTests
{
    private static readonly IReadOnlyList<IGraphPass> Passes = [.. GraphOptimiser.General, new RowAttentionPass()];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WhenHeadsAreSplitFromRows_LeavesNoTransposition(bool isMasked)
    {
        var builder = new GraphBuilder();
        GraphValue Rows(string name, int length) => Heads(builder, builder.AddInput(name, TensorType.Real(2, length, 12)), 3);
        GraphValue q = Rows("q", 5), k = Rows("k", 7), v = Rows("v", 7);
        var y = builder.Attention(q, k, v, isMasked ? builder.AddInput("mask", TensorType.Real(2, 1, 5, 7)) : null, scale: 0.3f);

        var result = PassAssert.Same(Bound(builder.Build(Joined(builder, y))), Passes);

        Assert.Equal(1, result.Count("RowAttention"));
        Assert.Equal(0, result.Count("Transpose"));
    }

    [Fact]
    public void Run_WhenOneProductIsSplit_ReadsItWhole()
    {
        var builder = new GraphBuilder();
        var graph = Bound(builder.Build(Packed(builder, builder.AddInput("x", TensorType.Real(2, 5, 36)))));

        var result = PassAssert.Same(graph, Passes);

        Assert.Equal(1, result.Count("RowAttention"));
        Assert.Equal(0, result.Count("Transpose") + result.Count("Split"));
    }

    [Fact]
    public void Run_WithGradients_LeavesNoTransposition()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 5, 36));
        var loss = builder.ReduceSum(builder.Square(Packed(builder, x)), keepsDimensions: false);
        var gradient = Autograd.Append(builder, loss, [x])[0]!;

        var result = PassAssert.Same(Bound(builder.Build(loss, builder.Neg(gradient))), Passes);

        Assert.Equal(1, result.Count("RowAttention"));
        Assert.Equal(1, result.Count("RowAttentionGradient"));
        Assert.Equal(0, result.Count("Transpose") + result.Count("Split"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WhenThreeProductsHaveConstantWeights_JoinsThem(bool areTransposed)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 5, 8));
        GraphValue Product(int seed) => Heads(
            builder,
            builder.Apply(new FusedGemmOperator(TransposesRight: areTransposed), x, areTransposed ? builder.Random(seed, 12, 8) : builder.Random(seed, 8, 12), seed == 2 ? null : builder.Random(seed + 9, 12))[0],
            3);
        var graph = Bound(builder.Build(Joined(builder, builder.Attention(Product(1), Product(2), Product(3), isCausal: true))));

        var result = PassAssert.Same(graph, Passes);

        Assert.True(((RowAttentionOperator)result.Nodes.Single(node => node.Operator is RowAttentionOperator).Operator).IsPacked);
        Assert.Equal(1, result.Count("FusedGemm"));
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("split")]
    public void Run_WhenWrittenAsVisionTransformersDo_ReadsOneProduct(string form)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 5, 36));
        var turned = builder.Transpose(builder.Reshape(x, 2, 5, 3, 3, 4), 2, 0, 3, 1, 4);
        var cut = builder.Apply(new SplitOperator(3, 0, IntList.Create([1, 1, 1])), turned);
        GraphValue Part(int i) => form == "gather" ? builder.Gather(turned, builder.Constant(Tensor.Scalar((long)i))) : builder.Squeeze(cut[i], 0);
        var graph = Bound(builder.Build(Joined(builder, builder.Attention(Part(0), Part(1), Part(2)))));

        var result = PassAssert.Same(graph, Passes);

        Assert.Equal(["RowAttention", "View"], result.Nodes.Select(node => node.Operator.Name));
    }

    [Fact]
    public void Run_WhenPartsAreTakenInAnotherOrder_ReadsThemApart()
    {
        var builder = new GraphBuilder();
        var turned = builder.Transpose(builder.Reshape(builder.AddInput("x", TensorType.Real(2, 5, 36)), 2, 5, 3, 3, 4), 2, 0, 3, 1, 4);
        GraphValue Part(long i) => builder.Gather(turned, builder.Constant(Tensor.Scalar(i)));

        Assert.Equal(0, PassAssert.Same(Bound(builder.Build(builder.Attention(Part(1), Part(0), Part(2)))), Passes).Count("RowAttention"));
    }

    [Fact]
    public void Run_WhenAProductHasOtherUsers_DoesNotJoin()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 5, 8));
        GraphValue[] products = [.. Enumerable.Range(1, 3).Select(seed => builder.Apply(new FusedGemmOperator(), x, builder.Random(seed, 8, 12))[0])];
        var y = builder.Attention(Heads(builder, products[0], 3), Heads(builder, products[1], 3), Heads(builder, products[2], 3));

        var result = PassAssert.Same(Bound(builder.Build(Joined(builder, y), products[1])), Passes);

        Assert.Equal(3, result.Count("FusedGemm"));
        Assert.Equal(1, result.Count("RowAttention"));
    }

    [Fact]
    public void Run_WhenHeadsAreNotSplitFromRows_ChangesNothing()
    {
        var builder = new GraphBuilder();
        GraphValue[] inputs = [.. Enumerable.Range(0, 3).Select(i => builder.AddInput($"x{i}", TensorType.Real(2, 3, 5, 4)))];

        PassAssert.Unchanged(builder.Build(builder.Attention(inputs[0], inputs[1], inputs[2])), new RowAttentionPass());
    }

    [Fact]
    public void Run_WhenHeadsShareKeys_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var q = Heads(builder, builder.AddInput("q", TensorType.Real(2, 5, 16)), 4);
        var k = Heads(builder, builder.AddInput("k", TensorType.Real(2, 5, 8)), 2);

        PassAssert.Unchanged(Bound(builder.Build(builder.Attention(q, k, k))), new RowAttentionPass());
    }

    private static Graph Bound(Graph graph) => GraphSpecialiser.Bind(graph, [.. graph.Inputs.Select(input => input.Type)]);

    private static GraphValue Packed(GraphBuilder builder, GraphValue x)
    {
        var parts = builder.Apply(new SplitOperator(3, -1, IntList.Create([12, 12, 12])), x);
        return Joined(builder, builder.Attention(Heads(builder, parts[0], 3), Heads(builder, parts[1], 3), Heads(builder, parts[2], 3), isCausal: true));
    }

    private static GraphValue Heads(GraphBuilder builder, GraphValue rows, int heads) =>
        builder.Transpose(builder.Reshape(rows, 0, 0, heads, rows.Type.Shape[2] / heads), 0, 2, 1, 3);

    private static GraphValue Joined(GraphBuilder builder, GraphValue heads) =>
        builder.Reshape(builder.Transpose(heads, 0, 2, 1, 3), 0, 0, heads.Type.Shape[1] * heads.Type.Shape[3]);
}
