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
        for (var target = 0; target < inputs.Length; target++)
        {
            if (inputs[target] is not { ElementType: ElementType.Float64 } variable)
            {
                continue;
            }

            var direction = Random(target + 77, variable.Shape);
            using var tape = context.Record();
            var outputs = context.Apply(test.Operator, inputs);
            var gradient = GradientOf(tape, outputs, variable);
            tape.Dispose();

            double Along(double distance)
            {
                var moved = Tensor.Of<double>(variable.Shape, [.. variable.AsSpan<double>().ToArray().Zip(direction, (x, d) => x + (distance * d))]);
                return Project(context.Apply(test.Operator, [.. inputs.Select((input, i) => i == target ? moved : input)]));
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

    private static Tensor? ToDouble(Tensor? tensor) => tensor is { ElementType: ElementType.Float32 }
        ? Tensor.Of<double>(tensor.Shape, HostElements.Reals(tensor))
        : tensor;
}
