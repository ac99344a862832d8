using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Optimisers;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Accelerators;

/// <content>Layers 2 and 3: odd sizes, compiled graphs, training.</content>
public abstract partial class AcceleratorConformance
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 17, 3)]
    [InlineData(5, 1, 9)]
    [InlineData(33, 65, 17)]
    [InlineData(64, 64, 64)]
    [InlineData(2, 300, 131)]
    public void Product_OfOddSizes_EqualsTheReference(int rows, int inner, int columns)
    {
        AssertEqualsReference(new MatMulOperator(), OperatorCase.Normal(1, rows, inner), OperatorCase.Normal(2, inner, columns));
        AssertEqualsReference(new MatMulOperator(true, true), OperatorCase.Normal(1, 2, inner, rows), OperatorCase.Normal(2, columns, inner));
        AssertEqualsReference(new GemmOperator(0.5f, 2), OperatorCase.Normal(1, rows, inner), OperatorCase.Normal(2, inner, columns), OperatorCase.Normal(3, columns));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1023)]
    [InlineData(2049)]
    public void RowsAndReductions_OfOddSizes_EqualTheReference(int length)
    {
        AssertEqualsReference(new SoftmaxOperator(), OperatorCase.Normal(1, 3, length));
        AssertEqualsReference(new SoftmaxOperator(0), OperatorCase.Normal(1, length, 3));
        foreach (var reduction in (Reduction[])[Reduction.Sum, Reduction.Mean, Reduction.Max, Reduction.Min])
        {
            AssertEqualsReference(new ReduceOperator(reduction, IntList.Create([1])), OperatorCase.Normal(2, 3, length));
            AssertEqualsReference(new ReduceOperator(reduction, IntList.Create([0])), OperatorCase.Normal(2, length, 3));
        }

        AssertEqualsReference(new AddOperator(), OperatorCase.Normal(3, 3, length), OperatorCase.Normal(4, 3, 1));
    }

    [Fact]
    public void CompiledGraph_ComparedWithTheInterpreter_GivesTheSame()
    {
        using var accelerator = Open(new AcceleratorOptions());
        var builder = new GraphBuilder();
        var (x, w, b) = (builder.AddInput("x", TensorType.Real(9, 13)), builder.AddInput("w", TensorType.Real(13, 7)), builder.AddInput("b", TensorType.Real(7)));
        var hidden = builder.Apply(new ReluOperator(), builder.Apply(new AddOperator(), builder.Apply(new MatMulOperator(), x, w)[0], b)[0])[0];
        var graph = builder.Build(hidden, builder.Apply(new SoftmaxOperator(), builder.Apply(new MulOperator(), hidden, hidden)[0])[0]);
        var context = new EagerContext(accelerator);
        Tensor[] inputs = [.. ((Tensor[])[OperatorCase.Normal(1, 9, 13), OperatorCase.Normal(2, 13, 7), OperatorCase.Normal(3, 7)]).Select(context.Constant)];
        using var compiled = new CompiledGraph(graph, accelerator, new CompileOptions { Inputs = inputs });

        compiled.Run();
        compiled.Run();

        var interpreted = new GraphInterpreter(accelerator).Run(graph, inputs);
        for (var i = 0; i < interpreted.Count; i++)
        {
            Assert.All(Read(accelerator, interpreted[i]).Zip(Read(accelerator, compiled.Outputs[i])), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Training_ForSomeSteps_FollowsTheReference()
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var reference = new ReferenceAccelerator();

        var (actual, expected) = (Train(accelerator), Train(reference));

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + pair.First)));
        Assert.True(actual[^1] < 0.5 * actual[0], $"The loss went from {actual[0]} to {actual[^1]}.");
    }

    [Theory]
    [InlineData("Adam")]
    [InlineData("Momentum")]
    [InlineData("Adagrad")]
    public void Training_WithTheOptimiserInTheGraph_FollowsTheReference(string optimiser)
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var reference = new ReferenceAccelerator();
        OptimiserStepOperator step = optimiser switch
        {
            "Adam" => new AdamOperator(2),
            "Momentum" => new MomentumOperator(2, 0.9f, 1, 0, true),
            _ => new AdagradOperator(2, 0, 1e-6f),
        };

        var (actual, expected) = (Train(accelerator, step), Train(reference, step));

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + pair.First)));
        Assert.True(actual[^1] < 0.5 * actual[0], $"The loss went from {actual[0]} to {actual[^1]}.");
    }

    /// <summary>Training of two layers on their mean square error, by gradient descent or an optimiser; the loss of every step.</summary>
    private static List<double> Train(IAccelerator accelerator, OptimiserStepOperator? optimiser = null)
    {
        var builder = new GraphBuilder();
        GraphValue x = builder.AddInput("x", TensorType.Real(16, 5)), y = builder.AddInput("y", TensorType.Real(16, 2));
        GraphValue first = builder.AddInput("first", TensorType.Real(5, 11)), second = builder.AddInput("second", TensorType.Real(11, 2));
        var hidden = builder.Apply(new ActivationOperator(ActivationFunction.Tanh), builder.Apply(new MatMulOperator(), x, first)[0])[0];
        var error = builder.Apply(new SubOperator(), builder.Apply(new MatMulOperator(), hidden, second)[0], y)[0];
        var loss = builder.Apply(new ReduceOperator(Reduction.Mean), builder.Apply(new MulOperator(), error, error)[0])[0];
        var gradients = Autograd.Append(builder, builder.Apply(new Tensors.Operators.Physical.ViewOperator(new Shape(1)), loss)[0], [first, second]);
        GraphValue Step(GraphValue weight, GraphValue gradient) =>
            builder.Apply(new SubOperator(), weight, builder.Apply(new AffineOperator(0.2f), gradient)[0])[0];
        var states = Enumerable.Range(0, optimiser?.States ?? 0).SelectMany(kind => new[]
        {
            builder.AddInput($"first{kind}", first.Type), builder.AddInput($"second{kind}", second.Type),
        }).ToArray();
        var steps = builder.AddInput("steps", new TensorType(ElementType.Int64, Shape.Scalar));
        var updates = optimiser is null
            ? [Step(first, gradients[0]!), Step(second, gradients[1]!)]
            : builder.Apply(optimiser, [builder.AddConstant("rate", Tensor.Scalar(0.05f)), steps, first, second, gradients[0]!, gradients[1]!, .. states]);
        var graph = builder.Build([loss, .. updates]);
        using var compiled = new CompiledGraph(graph, accelerator);
        Tensor[] values =
        [
            OperatorCase.Normal(1, 16, 5), OperatorCase.Normal(2, 16, 2), OperatorCase.Normal(3, 5, 11), OperatorCase.Normal(4, 11, 2),
            .. states.Select(state => Tensor.Zeros(state.Type)),
            Tensor.Scalar(0L),
        ];
        var losses = new List<double>();
        for (var step = 0; step < 40; step++)
        {
            values[^1].AsSpan<long>()[0] = step;
            for (var i = 0; i < values.Length; i++)
            {
                accelerator.CopyToDevice(values[i], compiled.Inputs[i]);
            }

            compiled.Run();
            losses.Add(Read(accelerator, compiled.Outputs[0])[0]);
            for (var i = 1; i < compiled.Outputs.Count; i++)
            {
                accelerator.CopyToHost(compiled.Outputs[i], values[i + 1]);
            }
        }

        return losses;
    }

    private static double[] Read(IAccelerator accelerator, Tensor tensor)
    {
        using var host = Tensor.Zeros(tensor.Type);
        accelerator.CopyToHost(tensor, host);
        return host.ToDoubles();
    }

    private void AssertEqualsReference(Operator @operator, params Tensor[] inputs)
    {
        using var accelerator = Open(new AcceleratorOptions { Threads = 2 });
        using var reference = new ReferenceAccelerator();
        var context = new EagerContext(accelerator);

        var actual = Read(accelerator, context.Apply(@operator, [.. inputs.Select(context.Constant)])[0]);

        var expected = new EagerContext(reference).Apply(@operator, inputs)[0].ToDoubles();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
    }
}
