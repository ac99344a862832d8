using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class FiniteCheckTests : IDisposable
{
    private readonly ReferenceAccelerator _accelerator = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WhenANodeMakesANumberThatIsNotFinite_NamesTheFirst(bool compiled)
    {
        using var x = Tensor.Vector(1f, 0f, -1f);

        var error = Assert.Throws<NonFiniteException>(() => Run(compiled, (b, v) =>
        {
            var root = b.Apply(new MathOperator(MathFunction.Sqrt), [b.Apply(new ReluOperator(), v)[0]], "fine")[0];
            var log = b.Apply(new MathOperator(MathFunction.Log), [root], "culprit")[0];
            return b.Apply(new AddOperator(), [log, log], "victim")[0];
        }, x));

        Assert.Contains("Node 'culprit' (Log): element 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WhenAMaskHasInfinities_IsNotAnError(bool compiled)
    {
        using var x = Tensor.Vector(1f, 2f, 3f);

        var result = Run(compiled, (b, v) => b.Apply(
            new SoftmaxOperator(), b.Apply(new AddOperator(), v, b.Constant(Tensor.Vector(0f, float.NegativeInfinity, 0f)))[0])[0], x);

        Assert.Equal(0, result[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WhenAMaskBecomesNaN_NamesTheNode(bool compiled)
    {
        using var x = Tensor.Vector(1f, float.NegativeInfinity, 3f);

        var error = Assert.Throws<NonFiniteException>(() => Run(compiled, (b, v) => b.Apply(new SubOperator(), [v, v], "difference")[0], x));

        Assert.Contains("Node 'difference' (Sub): element 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WhenAnInputIsNaN_NamesTheInput(bool compiled)
    {
        using var x = Tensor.Vector(1f, float.NaN);

        var error = Assert.Throws<NonFiniteException>(() => Run(compiled, (b, v) => b.Apply(new ReluOperator(), v)[0], x));

        Assert.Contains("Input 'x'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _accelerator.Dispose();

    private double[] Run(bool compiled, Func<GraphBuilder, GraphValue, GraphValue> model, Tensor x)
    {
        var builder = new GraphBuilder();
        var graph = builder.Build(model(builder, builder.AddInput("x", x.Type)));
        if (compiled)
        {
            using var plan = new CompiledGraph(graph, _accelerator, new CompileOptions { ChecksFinite = true, Optimise = false });
            x.CopyTo(plan.Inputs[0]);
            plan.Run();
            return plan.Outputs[0].ToDoubles();
        }

        using var result = new GraphInterpreter(_accelerator, new RunLimits { ChecksFinite = true }).Run(graph, [x])[0];
        return result.ToDoubles();
    }
}
