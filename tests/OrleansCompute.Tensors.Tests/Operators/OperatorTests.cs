using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators;

public sealed class OperatorTests
{
    private const double Step = 1e-5;

    /// <summary>Operators without a gradient rule, by class, and why they have none.</summary>
    private static readonly Dictionary<string, string> _withoutGradient = new(StringComparer.Ordinal)
    {
        ["ArgReduce"] = "gives places",
        ["NonMaxSuppression"] = "gives places",
        ["NonZero"] = "gives places",
        ["Shape"] = "gives sizes",
        ["Size"] = "gives sizes",
        ["Comparison"] = "gives truth values",
        ["IsInf"] = "gives truth values",
        ["IsNaN"] = "gives truth values",
        ["Not"] = "of truth values",
        ["Logic"] = "of truth values",
        ["Bitwise"] = "of bits",
        ["BitwiseNot"] = "of bits",
        ["Hardmax"] = "flat but where it jumps: training through it would stand still without a word",
        ["QuantizeLinear"] = "flat but where it jumps: FakeQuantize is what trains",
        ["DynamicQuantizeLinear"] = "flat but where it jumps: FakeQuantize is what trains",
        ["DequantizeLinear"] = "of whole numbers: FakeQuantize is what trains",
        ["MatMulInteger"] = "of whole numbers",
        ["ConvInteger"] = "of whole numbers",
        ["ConvIntegerLast"] = "of whole numbers",
        ["QLinearMatMul"] = "of whole numbers",
        ["QLinearConv"] = "of whole numbers",
        ["QLinearConvLast"] = "of whole numbers",
        ["Constant"] = "has no inputs",
        ["ConstantOfShape"] = "depends on a shape only",
        ["EyeLike"] = "depends on a shape only",
        ["WindowFunction"] = "depends on a size only",
        ["MelWeightMatrix"] = "depends on sizes only",
        ["Random"] = "draws numbers",
        ["Bernoulli"] = "draws numbers",
        ["Multinomial"] = "draws numbers",
        ["Adam"] = "a step of training itself",
        ["Adagrad"] = "a step of training itself",
        ["Momentum"] = "a step of training itself",
        ["Barrier"] = "made by passes, after differentiation",
        ["Fill"] = "made by passes, after differentiation",
        ["FusedElementwise"] = "made by passes, after differentiation",
        ["FusedGemm"] = "made by passes, after differentiation",
        ["SumTo"] = "made by passes, after differentiation",
        ["RowAttention"] = "made by passes, after differentiation",
        ["RowAttentionGradient"] = "made by passes, after differentiation",
        ["ConvLast"] = "made by passes, after differentiation",
        ["ConvLastInputGradient"] = "made by passes, after differentiation",
        ["ConvLastWeightGradient"] = "made by passes, after differentiation",
        ["MaxPoolLast"] = "made by passes, after differentiation",
        ["MaxPoolLastGradient"] = "made by passes, after differentiation",
        ["AveragePoolLast"] = "made by passes, after differentiation",
        ["ActivationGradient"] = "a second derivative, of some functions",
        ["PadGradient"] = "a second derivative, of some modes",
        ["BatchNormalizationGradient"] = "a second derivative",
        ["CtcLossGradient"] = "a second derivative",
        ["DetGradient"] = "a second derivative",
        ["EinsumGradient"] = "a second derivative, of diagonals and ellipses: all other gradients are einsums",
        ["ElementLossGradient"] = "a second derivative",
        ["FakeQuantizeGradient"] = "a second derivative",
        ["GridSampleGradient"] = "a second derivative",
        ["GroupNormalizationGradient"] = "a second derivative",
        ["LpPoolGradient"] = "a second derivative",
        ["LrnGradient"] = "a second derivative",
        ["MaxPoolGradient"] = "a second derivative",
        ["MaxUnpoolGradient"] = "a second derivative",
        ["NegativeLogLikelihoodGradient"] = "a second derivative",
        ["RecurrentGradient"] = "a second derivative",
        ["ReduceGradient"] = "a second derivative",
        ["ResizeGradient"] = "a second derivative",
        ["RoiAlignGradient"] = "a second derivative",
        ["StftGradient"] = "a second derivative",
        ["TileGradient"] = "a second derivative",
    };

    /// <summary>Operators whose gradient is not compared with finite differences here, and where it is checked instead.</summary>
    private static readonly Dictionary<string, string> _checkedElsewhere = new(StringComparer.Ordinal)
    {
        ["ClassifierLoss"] = "its other outputs are a count and its own gradient, which the loss of the same name of ONNX checks",
        ["FakeQuantize"] = "lets gradients through as if it did not round: FakeQuantizeTests",
        ["AttentionGradient"] = "sums that it is given belong to its products: SecondDerivativeTests",
        ["LayerNormalizationGradient"] = "statistics that it is given belong to its input: SecondDerivativeTests",
        ["RmsNormalizationGradient"] = "statistics that it is given belong to its input: SecondDerivativeTests",
    };

    [Fact]
    public void Cases_CoverEveryOperatorWithAReferenceKernel()
    {
        var covered = OperatorCases.All.Select(test => test.Operator.GetType()).ToHashSet();

        Assert.Empty(ReferenceKernelLibrary.Instance.OperatorTypes.Where(type => !covered.Contains(type)).Select(type => type.Name));
    }

    [Fact]
    public void Registry_HasAReferenceKernelForEveryOperator()
    {
        var kernels = ReferenceKernelLibrary.Instance.OperatorTypes.Select(type => type.Name).ToHashSet();

        Assert.All(OperatorCases.All, test => Assert.Contains(test.Operator.GetType().Name, kernels));
    }

    /// <summary>Operators of which there is a case: another test sees to it that it is all of them.</summary>
    [Fact]
    public void HasGradient_OfEveryOperatorButThoseNamed_IsTrue()
    {
        string[] without = [.. OperatorCases.All.Where(test => !test.Operator.HasGradient).Select(Class).Distinct().Where(name => !_withoutGradient.ContainsKey(name))];

        Assert.Empty(without);
    }

    /// <summary>The list must not keep what has a rule by now.</summary>
    [Fact]
    public void HasGradient_OfThoseNamed_IsFalse()
    {
        var without = OperatorCases.All.Where(test => !test.Operator.HasGradient).Select(Class).ToHashSet();

        string[] withRule = [.. _withoutGradient.Keys.Where(name => !without.Contains(name))];
        Assert.Empty(withRule);
    }

    [Fact]
    public void Cases_OfEveryOperatorWithAGradient_CheckItOnce()
    {
        var checkedOnce = OperatorCases.All.Where(test => test.Operator.HasGradient && test.ChecksGradient).Select(Class).ToHashSet();

        string[] missing = [.. OperatorCases.All.Where(test => test.Operator.HasGradient).Select(Class).Distinct().Where(name => !checkedOnce.Contains(name) && !_checkedElsewhere.ContainsKey(name))];
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(OperatorCases.Names), MemberType = typeof(OperatorCases))]
    public void Infer_ForStaticTypes_GivesTheTypesOfTheResults(string name)
    {
        var test = OperatorCases.Find(name);
        using var accelerator = new ReferenceAccelerator();
        var inferred = test.Operator.Infer(new OperatorInputs(test.Operator, [.. test.Inputs.Select(input => input?.Type)], test.Inputs));

        var outputs = new EagerContext(accelerator).Apply(test.Operator, test.Inputs);

        Assert.Equal(test.Operator.OutputCount, outputs.Count);
        Assert.All(inferred.Zip(outputs).Where(pair => pair.First.IsStatic), pair => Assert.Equal(pair.First, pair.Second.Type));
    }

    /// <summary>The derivative of a random projection of the outputs along a random direction of each input, in double precision.</summary>
    [Theory]
    [MemberData(nameof(OperatorCases.NamesWithGradient), MemberType = typeof(OperatorCases))]
    public void AppendGradient_ComparedWithFiniteDifferences_IsEqual(string name)
    {
        var test = OperatorCases.Find(name);
        using var accelerator = new ReferenceAccelerator();
        var context = new EagerContext(accelerator);
        Tensor?[] inputs = [.. test.Inputs.Select(ToDouble)];
        var op = test.InDouble ?? test.Operator;
        for (var target = 0; target < inputs.Length; target++)
        {
            if (inputs[target] is not { ElementType: ElementType.Float64 } variable)
            {
                continue;
            }

            var direction = Random(target + 77, variable.Shape);
            using var tape = context.Record();
            var outputs = context.Apply(op, inputs);
            var gradient = GradientOf(tape, outputs, variable);
            tape.Dispose();

            double Along(double distance)
            {
                var moved = Tensor.Of<double>(variable.Shape, [.. variable.AsSpan<double>().ToArray().Zip(direction, (x, d) => x + (distance * d))]);
                return Project(context.Apply(op, [.. inputs.Select((input, i) => i == target ? moved : input)]));
            }

            var expected = (Along(Step) - Along(-Step)) / (2 * Step);
            var actual = gradient is null ? 0 : HostElements.Reals(gradient).Zip(direction, (g, d) => g * d).Sum();
            Assert.True(
                Math.Abs(expected - actual) <= 1e-5 * (1 + Math.Abs(expected)),
                $"{name}, input {target}: finite differences give {expected}, the gradient rule {actual}.");
        }
    }

    private static Tensor? GradientOf(GradientTape tape, IReadOnlyList<Tensor> outputs, Tensor variable)
    {
        var graph = tape.Capture(outputs);
        var builder = new GraphBuilder(graph);
        var input = graph.Inputs[tape.InputIndex(variable)];
        GraphValue? sum = null;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].ElementType == ElementType.Float64)
            {
                var weights = builder.Constant(Tensor.Of<double>(outputs[i].Shape, Random(i, outputs[i].Shape)));
                var part = Autograd.Append(builder, graph.Outputs[i], [input], weights)[0];
                sum = sum is null || part is null ? sum ?? part : builder.Apply(new Tensors.Operators.Elementwise.AddOperator(), sum, part)[0];
            }
        }

        return sum is null ? null : tape.Run(builder.Build(sum))[0];
    }

    private static double Project(IReadOnlyList<Tensor> outputs)
    {
        var sum = 0.0;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].ElementType == ElementType.Float64)
            {
                sum += HostElements.Reals(outputs[i]).Zip(Random(i, outputs[i].Shape), (y, w) => y * w).Sum();
            }
        }

        return sum;
    }

    private static double[] Random(int seed, Shape shape)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Elements).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    private static string Class(OperatorCase test) => test.Operator.GetType().Name.Replace("Operator", "", StringComparison.Ordinal);

    private static Tensor? ToDouble(Tensor? tensor) => tensor is { ElementType: ElementType.Float32 }
        ? Tensor.Of<double>(tensor.Shape, HostElements.Reals(tensor))
        : tensor;
}
