using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes.Patterns;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Patterns;

public sealed class ActivationPatternPassTests
{
    private static readonly ActivationPatternPass Pass = new();

    private static readonly Dictionary<string, (ActivationFunction Function, Func<GraphBuilder, GraphValue, GraphValue> Write)> Written = new()
    {
        ["gelu of PyTorch"] = (ActivationFunction.Gelu, (b, x) => b.Mul(b.Mul(x, b.Add(b.Map(MathFunction.Erf, b.Div(x, b.Number(1.4142135))), b.Number(1))), b.Number(0.5))),
        ["gelu, half first"] = (ActivationFunction.Gelu, (b, x) => b.Mul(b.Mul(x, b.Number(0.5)), b.Add(b.Number(1), b.Map(MathFunction.Erf, b.Mul(x, b.Number(0.70710677)))))),
        ["gelu, half of the sum"] = (ActivationFunction.Gelu, (b, x) => b.Mul(b.Affine(b.Map(MathFunction.Erf, b.Div(x, b.Number(Math.Sqrt(2)))), 0.5, 0.5), x)),
        ["gelu by tanh"] = (ActivationFunction.GeluTanh, (b, x) => b.Mul(
            b.Mul(b.Number(0.5), x),
            b.Add(b.Tanh(b.Mul(b.Number(0.7978846), b.Add(x, b.Mul(b.Number(0.044715), b.Pow(x, b.Number(3)))))), b.Number(1)))),
        ["gelu by tanh, products"] = (ActivationFunction.GeluTanh, (b, x) => b.Mul(
            b.Number(0.5),
            b.Mul(x, b.Add(b.Number(1), b.Tanh(b.Mul(b.Mul(x, b.Number(0.7978846)), b.Add(b.Number(1), b.Mul(b.Mul(x, b.Number(0.044715)), x)))))))),
        ["silu"] = (ActivationFunction.Silu, (b, x) => b.Mul(x, b.Sigmoid(x))),
        ["silu by exp"] = (ActivationFunction.Silu, (b, x) => b.Div(x, b.Add(b.Exp(b.Neg(x)), b.Number(1)))),
        ["hard swish"] = (ActivationFunction.HardSwish, (b, x) => b.Div(b.Mul(x, b.Clip(b.Add(x, b.Number(3)), 0, 6)), b.Number(6))),
        ["hard swish by hard sigmoid"] = (ActivationFunction.HardSwish, (b, x) => b.Mul(x, b.Activate(ActivationFunction.HardSigmoid, x, 1 / 6f, 0.5f))),
        ["mish"] = (ActivationFunction.Mish, (b, x) => b.Mul(x, b.Tanh(b.Softplus(x)))),
        ["mish by logarithm"] = (ActivationFunction.Mish, (b, x) => b.Mul(x, b.Tanh(b.Log(b.Add(b.Exp(x), b.Number(1)))))),
        ["softplus"] = (ActivationFunction.Softplus, (b, x) => b.Log(b.Add(b.Number(1), b.Exp(x)))),
        ["sigmoid"] = (ActivationFunction.Sigmoid, (b, x) => b.Div(b.Number(1), b.Add(b.Number(1), b.Exp(b.Neg(x))))),
    };

    private static readonly Dictionary<string, Func<GraphBuilder, GraphValue, GraphValue>> Others = new()
    {
        ["gelu without the half"] = (b, x) => b.Mul(x, b.Add(b.Map(MathFunction.Erf, b.Div(x, b.Number(1.4142135))), b.Number(1))),
        ["gelu with another root"] = (b, x) => b.Mul(b.Mul(x, b.Add(b.Map(MathFunction.Erf, b.Div(x, b.Number(1.42))), b.Number(1))), b.Number(0.5)),
        ["gelu by sigmoid"] = (b, x) => b.Mul(x, b.Sigmoid(b.Mul(x, b.Number(1.702)))),
        ["hard swish to 5"] = (b, x) => b.Div(b.Mul(x, b.Clip(b.Add(x, b.Number(3)), 0, 5)), b.Number(6)),
        ["tanh times x"] = (b, x) => b.Mul(x, b.Tanh(x)),
    };

    public static TheoryData<string> Names => [.. Written.Keys];

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_WhenWrittenOut_PutsTheActivationInPlace(string name)
    {
        var (function, write) = Written[name];
        foreach (var sizes in new int[][] { [7], [3, 5], [1, 2, 3, 4] })
        {
            var builder = new GraphBuilder();

            var result = PassAssert.Same(builder.Build(write(builder, builder.AddInput("x", TensorType.Real(sizes)))), Pass);

            Assert.Equal(function, Assert.IsType<ActivationOperator>(Assert.Single(result.Nodes).Operator).Function);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_WhenTheArgumentIsComputed_StopsAtIt(string name)
    {
        var (_, write) = Written[name];
        var builder = new GraphBuilder();
        var x = builder.Add(builder.AddInput("x", TensorType.Real(3, 5)), builder.AddInput("bias", TensorType.Real(5)));

        Assert.Equal(["Add", name.StartsWith("gelu", StringComparison.Ordinal) ? "Gelu" : Written[name].Function.ToString()],
            PassAssert.Same(builder.Build(write(builder, x)), Pass).Nodes.Select(node => node.Operator.Name));
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public void Run_WhenItIsAnotherFunction_ChangesNothing(string name)
    {
        var builder = new GraphBuilder();

        PassAssert.Unchanged(builder.Build(Others[name](builder, builder.AddInput("x", TensorType.Real(3, 5)))), Pass);
    }

    [Fact]
    public void Run_WhenSomeoneElseUsesAPart_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 5));
        var sigmoid = builder.Sigmoid(x);
        var product = builder.Mul(x, sigmoid);

        PassAssert.Unchanged(builder.Build(product, sigmoid), Pass);
        PassAssert.Unchanged(builder.Build(product, builder.Neg(sigmoid)), Pass);
    }

    [Fact]
    public void Run_WhenTheFactorIsARow_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 5));

        PassAssert.Unchanged(builder.Build(builder.Mul(x, builder.Sigmoid(builder.Mul(x, builder.Random(1, 5))))), Pass);
    }

    [Fact]
    public void Run_WhenTheTwoArgumentsDiffer_ChangesNothing()
    {
        var builder = new GraphBuilder();
        GraphValue x = builder.AddInput("x", TensorType.Real(3, 5)), y = builder.AddInput("y", TensorType.Real(3, 5));

        PassAssert.Unchanged(builder.Build(builder.Mul(x, builder.Sigmoid(y))), Pass);
    }
}
