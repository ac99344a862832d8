using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Graphs.Passes.Patterns;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Patterns;

public sealed class AttentionPatternPassTests
{
    private static readonly AttentionPatternPass Pass = new();

    [Theory]
    [InlineData("div")]
    [InlineData("mul")]
    [InlineData("queries")]
    [InlineData("keys")]
    [InlineData("both")]
    [InlineData("none")]
    public void Run_WhereverTheScaleIs_PutsAttentionInPlace(string place)
    {
        var builder = new GraphBuilder();
        var (q, k, v) = Inputs(builder, 2, 3, 5, 7, 4);
        q = place is "queries" or "both" ? builder.Div(q, builder.Number(1.5)) : q;
        k = place == "both" ? builder.Mul(k, builder.Number(0.7)) : k;
        var turned = builder.Transpose(k, 0, 1, 3, 2);
        var products = builder.MatMul(q, place == "keys" ? builder.Mul(turned, builder.Number(0.6)) : turned);
        products = place == "div" ? builder.Div(products, builder.Number(2)) : place == "mul" ? builder.Mul(builder.Number(0.5), products) : products;

        var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(products), v)), Pass);

        Assert.Equal(1, result.Count("Attention"));
        Assert.Equal(0, result.Count("MatMul") + result.Count("Mul") + result.Count("Div"));
    }

    [Theory]
    [InlineData(2, 3, 5, 5)]
    [InlineData(1, 1, 5, 5)]
    [InlineData(2, 1, 1, 5)]
    [InlineData(1, 1, 1, 5)]
    public void Run_WhenAMaskIsAdded_GivesItToAttention(int batch, int heads, int rows, int columns)
    {
        var builder = new GraphBuilder();
        var (q, k, v) = Inputs(builder, 2, 3, 5, 5, 4);
        var mask = builder.AddInput("mask", TensorType.Real(batch, heads, rows, columns));
        var products = builder.Add(builder.Div(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2)), builder.Number(2)), mask);

        var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(products), v)), Pass);

        Assert.False(Assert.IsType<AttentionOperator>(result.Nodes[^1].Operator).IsCausal);
    }

    [Theory]
    [InlineData("added")]
    [InlineData("where")]
    [InlineData("where hidden")]
    public void Run_WhenAConstantMaskHidesWhatLiesAhead_IsCausal(string form)
    {
        foreach (var (queries, keys) in new[] { (5, 5), (3, 6) })
        {
            var builder = new GraphBuilder();
            var (q, k, v) = Inputs(builder, 2, 3, queries, keys, 4);
            var products = builder.Div(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2)), builder.Number(2));
            var seen = Enumerable.Range(0, queries * keys).Select(i => i % keys <= (i / keys) + keys - queries).ToArray();
            var hidden = builder.Number(-1e9);
            products = form switch
            {
                "added" => builder.Add(products, builder.Constant(Tensor.Of<float>(new Shape(1, queries, keys), [.. seen.Select(see => see ? 0 : -10000f)]))),
                "where" => builder.Where(builder.Constant(Tensor.Of<bool>(new Shape(1, 1, queries, keys), seen)), products, hidden),
                _ => builder.Where(builder.Constant(Tensor.Of<bool>(new Shape(queries, keys), [.. seen.Select(see => !see)])), hidden, products),
            };

            var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(products), v)), Pass);

            Assert.True(Assert.IsType<AttentionOperator>(result.Nodes[^1].Operator).IsCausal);
            Assert.Equal(3, result.Nodes[^1].Inputs.Count);
        }
    }

    [Fact]
    public void Run_WhenHeadsAreSplitAndKeysComeTransposed_UndoesTheTranspositions()
    {
        var builder = new GraphBuilder();
        GraphValue Heads(string name, params int[] order) => builder.Transpose(builder.AddInput(name, TensorType.Real(2, 5, 3, 4)), order);
        var products = builder.MatMul(Heads("q", 0, 2, 1, 3), Heads("k", 0, 2, 3, 1));
        var graph = builder.Build(builder.MatMul(builder.Softmax(builder.Mul(products, builder.Number(0.5))), Heads("v", 0, 2, 1, 3)));

        var result = PassAssert.Same(graph, Pass);

        Assert.Equal(1, result.Count("Attention"));
        Assert.All(result.Nodes.Where(node => node.Operator is TransposeOperator), node => Assert.Equal(IntList.Create([0, 2, 1, 3]), ((TransposeOperator)node.Operator).Order));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WhenBatchAndHeadsAreOneDimension_PutsAttentionInPlace(bool isMasked)
    {
        var builder = new GraphBuilder();
        GraphValue q = builder.AddInput("q", TensorType.Real(6, 5, 4)), k = builder.AddInput("k", TensorType.Real(6, 7, 4)), v = builder.AddInput("v", TensorType.Real(6, 7, 4));
        var products = builder.MatMul(builder.Div(q, builder.Number(2)), builder.Transpose(k, 0, 2, 1));
        products = isMasked ? builder.Add(products, builder.AddInput("mask", TensorType.Real(6, 5, 7))) : products;

        Assert.Equal(1, PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(products), v)), Pass).Count("Attention"));
    }

    [Fact]
    public void Run_WhenTheProbabilitiesAreAResult_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var (q, k, v) = Inputs(builder, 1, 2, 3, 3, 4);
        var probabilities = builder.Softmax(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2)));
        var result = builder.MatMul(probabilities, v);

        PassAssert.Unchanged(builder.Build(result, probabilities), Pass);
        PassAssert.Unchanged(builder.Build(result, builder.Neg(probabilities)), Pass);
    }

    [Fact]
    public void Run_WhenItIsNotAttention_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var (q, k, v) = Inputs(builder, 1, 2, 3, 3, 4);
        GraphValue number = builder.AddInput("scale", TensorType.Real(1)), turned = builder.Transpose(k, 0, 1, 3, 2);
        var condition = builder.Greater(builder.AddInput("seen", TensorType.Real(3, 3)), builder.Number(0));
        var products = builder.MatMul(q, turned);

        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(products, 2), v)), Pass);
        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(builder.Mul(products, number)), v)), Pass);
        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(builder.Where(condition, products, builder.Number(-1e9))), v)), Pass);
        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(builder.Relu(products)), v)), Pass);
        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(builder.Mul(products, builder.Number(-1))), v)), Pass);
    }

    [Fact]
    public void Run_WhenKeysAreSharedByRepetition_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var q = builder.AddInput("q", TensorType.Real(2, 3, 5, 4));
        var k = builder.AddInput("k", TensorType.Real(1, 3, 5, 4));

        PassAssert.Unchanged(builder.Build(builder.MatMul(builder.Softmax(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2))), k)), Pass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WhenHeadsShareRepeatedKeys_GivesThemToAttentionOnce(bool areSizesKnown)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", areSizesKnown ? TensorType.Real(2, 5, 8) : TensorType.Real(Shape.Any, Shape.Any, 8));
        GraphValue Heads(int seed, int heads) => builder.Transpose(builder.Reshape(builder.MatMul(x, builder.Random(seed, 8, 4 * heads)), 0, 0, heads, 4), 0, 2, 1, 3);
        GraphValue Repeat(GraphValue x) => builder.Reshape(builder.Expand(builder.Unsqueeze(x, 2), 1, 1, 3, 1, 1), 0, 6, -1, 4);
        GraphValue q = Heads(1, 6), k = Heads(2, 2), v = Heads(3, 2);
        var products = builder.Mul(builder.MatMul(q, builder.Transpose(Repeat(k), 0, 1, 3, 2)), builder.Number(0.5));
        var graph = builder.Build(builder.MatMul(builder.Softmax(products), Repeat(v)));

        var result = GraphOptimiser.Run(graph, [Pass, new DeadCodePass()]);

        Assert.Equal(0, result.Count("Expand"));
        Assert.Equal(2, Assert.Single(result.Nodes, node => node.Operator is AttentionOperator).Inputs[1]!.Type.Shape[1]);
        RandomGraphs.AssertSame(GraphSpecialiser.Bind(graph, [TensorType.Real(2, 5, 8)]), GraphSpecialiser.Bind(result, [TensorType.Real(2, 5, 8)]));
    }

    [Fact]
    public void Run_WhenOneHeadOfKeysServesAll_PutsAttentionInPlace()
    {
        var builder = new GraphBuilder();
        var q = builder.AddInput("q", TensorType.Real(2, 3, 5, 4));
        GraphValue k = builder.AddInput("k", TensorType.Real(2, 1, 7, 4)), v = builder.AddInput("v", TensorType.Real(2, 1, 7, 4));

        var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2))), v)), Pass);

        Assert.Equal(1, result.Count("Attention"));
    }

    [Fact]
    public void Run_WhenOnlyKeysAreShared_KeepsWhatRepeatsThem()
    {
        var builder = new GraphBuilder();
        var (q, _, v) = Inputs(builder, 2, 6, 5, 7, 4);
        var k = builder.Reshape(builder.Expand(builder.Unsqueeze(builder.AddInput("few", TensorType.Real(2, 2, 7, 4)), 2), 1, 1, 3, 1, 1), 0, 6, -1, 4);

        var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(builder.MatMul(q, builder.Transpose(k, 0, 1, 3, 2))), v)), Pass);

        Assert.Equal((1, 1), (result.Count("Attention"), result.Count("Expand")));
    }

    [Fact]
    public void Run_WhenHeadsAreRepeatedInAnotherOrder_KeepsWhatRepeatsThem()
    {
        // [k0 k1 k0 k1 k0 k1] instead of [k0 k0 k0 k1 k1 k1].
        var builder = new GraphBuilder();
        var q = builder.AddInput("q", TensorType.Real(2, 6, 5, 4));
        GraphValue Repeat(string name) =>
            builder.Reshape(builder.Expand(builder.Unsqueeze(builder.AddInput(name, TensorType.Real(2, 2, 5, 4)), 1), 1, 3, 1, 1, 1), 0, 6, -1, 4);
        var products = builder.MatMul(q, builder.Transpose(Repeat("k"), 0, 1, 3, 2));

        var result = PassAssert.Same(builder.Build(builder.MatMul(builder.Softmax(products), Repeat("v"))), Pass);

        Assert.Equal((1, 2), (result.Count("Attention"), result.Count("Expand")));
    }

    [Fact]
    public void Recognise_WhenSizesAreKnownAtRunTimeOnly_PutsAttentionInPlace()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, Shape.Any, 8));
        GraphValue Heads() => builder.Transpose(builder.Reshape(builder.MatMul(x, builder.Random(1, 8, 8)), 0, 0, 2, 4), 0, 2, 1, 3);
        var products = builder.Div(builder.MatMul(Heads(), builder.Transpose(Heads(), 0, 1, 3, 2)), builder.Number(2));
        var graph = builder.Build(builder.MatMul(builder.Softmax(products), Heads()));

        var result = GraphOptimiser.Recognise(graph);

        Assert.Equal(1, result.Count("Attention"));
        RandomGraphs.AssertSame(GraphSpecialiser.Bind(graph, [TensorType.Real(2, 5, 8)]), GraphSpecialiser.Bind(result, [TensorType.Real(2, 5, 8)]));
    }

    private static (GraphValue Q, GraphValue K, GraphValue V) Inputs(GraphBuilder builder, int batch, int heads, int queries, int keys, int size) =>
        (builder.AddInput("q", TensorType.Real(batch, heads, queries, size)),
            builder.AddInput("k", TensorType.Real(batch, heads, keys, size)),
            builder.AddInput("v", TensorType.Real(batch, heads, keys, size)));
}
