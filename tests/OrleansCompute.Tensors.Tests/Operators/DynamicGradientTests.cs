using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators;

/// <summary>Gradient rules may not read sizes: a graph whose sizes are known at run time has the gradients of one that knows them.</summary>
public sealed class DynamicGradientTests
{
    /// <summary>All but View, which passes make where sizes are known.</summary>
    public static TheoryData<string> Names => [.. OperatorCases.All
        .Where(test => test.Operator.HasGradient && test.ChecksGradient && test.Operator is not ViewOperator).Select(test => test.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AppendGradient_WithSizesKnownAtRunTime_GivesTheSame(string name)
    {
        var expected = Gradients(name, isDynamic: false);

        var actual = Gradients(name, isDynamic: true);

        Assert.Equal(expected.Count, actual.Count);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Type, other.Type);
            Assert.All(HostElements.Reals(one).Zip(HostElements.Reals(other)), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * (1 + Math.Abs(pair.First))));
        }
    }

    /// <summary>
    /// Of the first output, by all floating-point inputs. Known at run time is the first size of the first input, wherever it occurs.
    /// </summary>
    private static IReadOnlyList<Tensor> Gradients(string name, bool isDynamic)
    {
        var test = OperatorCases.Find(name);
        var free = test.Inputs[0] is { Shape.Rank: > 0 } first && first.Shape[0] != 1 ? first.Shape[0] : -1;
        var builder = new GraphBuilder();
        var values = new List<GraphValue?>();
        foreach (var input in test.Inputs)
        {
            values.Add(input is null ? null
                : !input.ElementType.IsFloatingPoint() ? builder.AddConstant("constant", input)
                : !isDynamic ? builder.AddInput($"input{values.Count}", input.Type)
                : builder.AddInput(
                    $"input{values.Count}",
                    input.Type with { Shape = new Shape([.. input.Shape.Dimensions.ToArray().Select(size => size == free ? Shape.Any : size)]) },
                    [.. input.Shape.Dimensions.ToArray().Select(_ => "free")]));
        }

        var output = builder.Apply(test.Operator, values)[0];
        GraphValue[] inputs = [.. values.Where(value => value?.Kind == GraphValueKind.Input).Select(value => value!)];
        var gradients = Autograd.Append(builder, output, inputs, builder.Apply(new Tensors.Operators.Elementwise.OnesLikeOperator(), output)[0]);
        using var accelerator = new ReferenceAccelerator();
        return new GraphInterpreter(accelerator).Run(
            builder.Build([.. gradients.OfType<GraphValue>()]), [.. test.Inputs.Where(input => input?.ElementType.IsFloatingPoint() == true).Select(input => input!)]);
    }
}
