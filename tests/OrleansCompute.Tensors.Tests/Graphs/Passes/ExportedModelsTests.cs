using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

/// <summary>Transformers node for node as PyTorch 1.13 exports them with opset 13, small: what is left of them on the processor.</summary>
public sealed class ExportedModelsTests
{
    private const int Width = 8;
    private const int HeadCount = 2;

    [Fact]
    public void Optimise_OfAnEncoder_LeavesFusedOperatorsOnly()
    {
        var builder = new GraphBuilder();
        var tokens = builder.AddInput("tokens", new TensorType(ElementType.Int64, new Shape(Shape.Any, 5)));
        var seen = builder.AddInput("seen", TensorType.Real(Shape.Any, 5));
        var hidden = builder.Apply(new UnsqueezeOperator(), builder.Apply(new UnsqueezeOperator(), seen, Written<long>(builder, 1))[0], Written<long>(builder, 2))[0];
        var mask = builder.Mul(builder.Sub(Written<float>(builder, 1), hidden), Written<float>(builder, -10000));
        var x = Norm(builder, builder.Gather(builder.Random(1, 11, Width), tokens));
        for (var layer = 0; layer < 2; layer++)
        {
            x = Norm(builder, builder.Add(x, Attention(builder, x, mask, isCausal: false)));
            x = Norm(builder, builder.Add(x, Linear(builder, Gelu(builder, Linear(builder, x, 3, Width, 12)), 4, 12, Width)));
        }

        var graph = builder.Build(x);

        var optimised = Compare(graph, [Tensor.Of<long>(new Shape(2, 5), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), Tensor.Of<float>(new Shape(2, 5), [1, 1, 1, 0, 0, 1, 1, 1, 1, 0])]);

        Assert.Equal(2, optimised.Count("RowAttention"));
        Assert.Equal(5, optimised.Count("LayerNormalization"));
        Assert.Equal(8, optimised.Count("FusedGemm"));
        Assert.Equal(0, optimised.Count("Transpose") + optimised.Count("Erf") + optimised.Count("Softmax") + optimised.Count("ReduceMean") + optimised.Count("Gelu"));
    }

    [Fact]
    public void Optimise_OfADecoder_LeavesFusedOperatorsOnly()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, 5, Width));
        var y = builder.Add(x, Attention(builder, Norm(builder, x), null, isCausal: true));
        y = builder.Add(y, Linear(builder, GeluTanh(builder, Linear(builder, Norm(builder, y), 3, Width, 12)), 4, 12, Width));
        var graph = builder.Build(builder.MatMul(Norm(builder, y), builder.Random(5, Width, 11)));

        var optimised = Compare(graph, [OrleansCompute.Tensors.Tests.Operators.OperatorCase.Normal(1, 3, 5, Width)]);

        Assert.Equal(1, optimised.Count("RowAttention"));
        Assert.Equal(3, optimised.Count("LayerNormalization"));
        Assert.Equal(0, optimised.Count("Transpose") + optimised.Count("Where") + optimised.Count("Tanh") + optimised.Count("Pow") + optimised.Count("Square"));
    }

    [Fact]
    public void Recognise_OfATrainedDecoder_PutsFusedOperatorsInBeforeTheGradients()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, 5, Width));
        var weights = builder.AddParameter("weights", new Shape(Width, 7), ParameterInitializer.Glorot);
        var y = builder.Add(x, Attention(builder, Norm(builder, x), null, isCausal: true));
        var model = builder.Build(builder.MatMul(GeluTanh(builder, Norm(builder, y)), weights));

        var training = TrainingGraph.Create(model).Graph;

        Assert.Equal(2, training.Count("LayerNormalization"));
        Assert.Equal(1, training.Count("Gelu"));
        Assert.Equal(1, training.Count("Attention"));
        Assert.Equal(0, training.Count("Tanh") + training.Count("Softmax"));
    }

    [Fact]
    public void Bind_WhenAxesAreInConstantNodes_KnowsAllSizes()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, 3));
        var graph = builder.Build(builder.Apply(new UnsqueezeOperator(), x, Written<long>(builder, 1))[0]);

        var bound = GraphSpecialiser.Bind(graph, [TensorType.Real(2, 3)]);

        Assert.True(bound.IsStatic);
        Assert.Equal(new Shape(2, 1, 3), bound.Outputs[0].Type.Shape);
    }

    private static Graph Compare(Graph graph, Tensor[] inputs)
    {
        using var cpu = new CpuAccelerator();
        using var reference = new ReferenceAccelerator();
        var bound = GraphSpecialiser.Bind(graph, [.. inputs.Select(input => input.Type)]);
        Assert.True(bound.IsStatic);
        var optimised = GraphOptimiser.Optimise(bound, cpu);
        var interpreter = new GraphInterpreter(reference);
        RandomGraphs.AssertClose(
            [.. interpreter.Run(graph, inputs).Select(output => output.ToDoubles())],
            [.. interpreter.Run(optimised, inputs).Select(output => output.ToDoubles())]);
        return optimised;
    }

    /// <summary>A Constant node, as exporters write every number and axis.</summary>
    private static GraphValue Written<T>(GraphBuilder builder, T value)
        where T : unmanaged => builder.Apply(new ConstantOperator(typeof(T) == typeof(long) ? Tensor.Vector<T>(value) : Tensor.Scalar(value)))[0];

    private static GraphValue Norm(GraphBuilder builder, GraphValue x)
    {
        var centred = builder.Sub(x, builder.ReduceMean(x, [-1], true));
        var variance = builder.ReduceMean(builder.Pow(centred, Written<float>(builder, 2)), [-1], true);
        var normal = builder.Div(centred, builder.Sqrt(builder.Add(variance, Written<float>(builder, 1e-5f))));
        return builder.Add(builder.Mul(normal, builder.Random(21, Width)), builder.Random(22, Width));
    }

    private static GraphValue Linear(GraphBuilder builder, GraphValue x, int seed, int inputs, int outputs) =>
        builder.Add(builder.Random(seed, outputs), builder.MatMul(x, builder.Random(seed + 50, inputs, outputs)));

    private static GraphValue Gelu(GraphBuilder builder, GraphValue x)
    {
        var erf = builder.Map(MathFunction.Erf, builder.Div(x, Written<float>(builder, 1.4142135f)));
        return builder.Mul(builder.Mul(x, builder.Add(erf, Written<float>(builder, 1))), Written<float>(builder, 0.5f));
    }

    private static GraphValue GeluTanh(GraphBuilder builder, GraphValue x)
    {
        var cube = builder.Mul(builder.Pow(x, Written<float>(builder, 3)), Written<float>(builder, 0.044715f));
        var tanh = builder.Tanh(builder.Mul(builder.Add(x, cube), Written<float>(builder, 0.7978846f)));
        return builder.Mul(builder.Mul(x, Written<float>(builder, 0.5f)), builder.Add(tanh, Written<float>(builder, 1)));
    }

    private static GraphValue Attention(GraphBuilder builder, GraphValue x, GraphValue? mask, bool isCausal)
    {
        GraphValue Split(int seed) => builder.Reshape(Linear(builder, x, seed, Width, Width), 0, 0, HeadCount, Width / HeadCount);
        var q = builder.Transpose(Split(31), 0, 2, 1, 3);
        var products = builder.Div(builder.MatMul(q, builder.Transpose(Split(32), 0, 2, 3, 1)), Written<float>(builder, 2));
        if (isCausal)
        {
            var seen = Enumerable.Range(0, 25).Select(i => i % 5 <= i / 5).ToArray();
            products = builder.Where(builder.Constant(Tensor.Of<bool>(new Shape(1, 1, 5, 5), seen)), products, Written<float>(builder, float.MinValue));
        }

        products = mask is null ? products : builder.Add(products, mask);
        var y = builder.MatMul(builder.Softmax(products), builder.Transpose(Split(33), 0, 2, 1, 3));
        return Linear(builder, builder.Reshape(builder.Transpose(y, 0, 2, 1, 3), 0, 0, Width), 34, Width, Width);
    }
}
