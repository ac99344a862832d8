using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;
using OrleansCompute.Tensors.Tests.Kernels;

namespace OrleansCompute.Tensors.Tests.Legacy.Execution;

public sealed class TrainingPlanTests : IDisposable
{
    private readonly IKernelSet _kernels = KernelSets.Create(SimdSupport.Best);

    public static TheoryData<string> Networks =>
    [
        "conv", "conv strided", "conv padded", "conv without relu", "pool overlapping", "flatten", "dense", "add", "row add", "reshape", "shared",
        "softmax", "logsoftmax", "transposed weights",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void ForwardBackward_WhenOperatorIsInNetwork_GradientsMatchFiniteDifferences(string network)
    {
        using var reference = KernelSets.CreateReference();
        GradientCheck.Run(Network(network), reference, batch: 2, samples: 3);
        GradientCheck.Run(Network(network), _kernels, batch: 3, samples: 7);
    }

    [Fact]
    public void ForwardBackward_WhenReferenceCnn_GradientsMatchFiniteDifferences() =>
        GradientCheck.Run(NetworkBuilder.CreateReferenceCnn(), _kernels, batch: 4, samples: 6);

    [Fact]
    public void ForwardBackward_WhenKernelSetsDiffer_GradientsAgree()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(1));
        var (inputs, labels) = Data(graph, 3);
        using var reference = KernelSets.CreateReference();
        var expected = Gradients(graph, reference, parameters, inputs, labels);
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported))
        {
            using var kernels = KernelSets.Create(level, threads: 2);
            KernelAssert.Close(expected, Gradients(graph, kernels, parameters, inputs, labels), kernels.Name);
        }
    }

    [Fact]
    public void ForwardBackward_WhenBatchIsSplit_GradientSumsEqualFullBatch()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(2));
        var (inputs, labels) = Data(graph, 16);
        var expected = Gradients(graph, _kernels, parameters, inputs, labels);
        using var plan = new TrainingPlan(graph, _kernels, 16);
        parameters.CopyTo(plan.Parameters);
        var full = plan.ForwardBackward(inputs, labels);
        var sum = new float[graph.ParameterCount];
        var (loss, correct, start) = (0.0, 0, 0);
        foreach (var share in new[] { 9, 0, 1, 6 })
        {
            var part = plan.ForwardBackward(inputs.AsSpan(start * 784, share * 784), labels.AsSpan(start, share));
            loss += part.LossSum;
            correct += part.Correct;
            start += share;
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += plan.Gradients.Span[i];
            }
        }

        KernelAssert.Close(expected, sum, "sum of shares", 1e-5f);
        Assert.Equal(full.LossSum, loss, 1e-4);
        Assert.Equal(full.Correct, correct);
    }

    [Fact]
    public void ForwardBackward_WhenBatchIsEmpty_GivesZeros()
    {
        using var plan = new TrainingPlan(NetworkBuilder.CreateReferenceCnn(), _kernels, 4);
        plan.Gradients.Span.Fill(1);
        Assert.Equal(new StepResult(0, 0, 0), plan.ForwardBackward([], []));
        Assert.All(plan.Gradients.ToArray(), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void ForwardBackward_WhenRepeatedOnTinyProblem_ReachesNearZeroLoss()
    {
        var graph = new NetworkBuilder(2, 6, 6)
            .Conv2d(8, 3, padding: 1, activation: Activation.Relu).MaxPool2d(2).Flatten().Dense(16, Activation.Relu).Dense(3).Build();
        var (inputs, labels) = Data(graph, 12);
        using var plan = new TrainingPlan(graph, _kernels, 12);
        graph.CreateParameters(new Random(5)).CopyTo(plan.Parameters);
        var first = plan.ForwardBackward(inputs, labels);
        var last = first;
        for (var step = 0; step < 300; step++)
        {
            for (var i = 0; i < graph.ParameterCount; i++)
            {
                plan.Parameters.Span[i] -= 0.02f * plan.Gradients.Span[i];
            }

            last = plan.ForwardBackward(inputs, labels);
        }

        Assert.Equal(12, last.Correct);
        Assert.True(last.LossSum < 0.02 * first.LossSum, $"loss went from {first.LossSum} to {last.LossSum}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ForwardBackward_WhenInSteadyState_AllocatesNothing(int threads)
    {
        using var kernels = KernelSets.Create(SimdSupport.Best, threads);
        var graph = NetworkBuilder.CreateReferenceCnn();
        using var plan = new TrainingPlan(graph, kernels, 8);
        var (inputs, labels) = Data(graph, 8);
        AllocationAssert.None(() =>
        {
            for (var i = 1; i <= 8; i++)
            {
                plan.ForwardBackward(inputs.AsSpan(0, i * 784), labels.AsSpan(0, i));
            }
        });
    }

    [Fact]
    public void ForwardBackward_WhenInputsDoNotFitLabels_NamesShape()
    {
        using var plan = new TrainingPlan(NetworkBuilder.CreateReferenceCnn(), _kernels, 4);
        var message = Assert.Throws<ShapeMismatchException>(() => plan.ForwardBackward(new float[783], [1])).Message;
        Assert.Contains("783", message, StringComparison.Ordinal);
        Assert.Contains("[N, 1, 28, 28]", message, StringComparison.Ordinal);
        Assert.Contains("0 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => plan.ForwardBackward(new float[5 * 784], new int[5])).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => plan.ForwardBackward(new float[784], [10])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainingPlan_WhenFirstLayerIsConvolution_ComputesNoInputGradient() =>
        Assert.Single(TrainingGraph.Create(NetworkBuilder.CreateReferenceCnn()).Graph.Nodes, node => node.Operator is Conv2dInputGradientOperator);

    public void Dispose() => _kernels.Dispose();

    private static float[] Gradients(Tensors.Legacy.Graph.Graph graph, IKernelSet kernels, float[] parameters, float[] inputs, int[] labels)
    {
        using var plan = new TrainingPlan(graph, kernels, labels.Length);
        parameters.CopyTo(plan.Parameters);
        plan.ForwardBackward(inputs, labels);
        return plan.Gradients.ToArray();
    }

    private static (float[] Inputs, int[] Labels) Data(Tensors.Legacy.Graph.Graph graph, int batch)
    {
        var random = new Random(3);
        var classes = graph.Outputs[0].Type.Shape[1];
        return (KernelAssert.Random(random, batch * graph.Inputs[0].Type.Shape.Elements), [.. Enumerable.Range(0, batch).Select(_ => random.Next(classes))]);
    }

    private static Tensors.Legacy.Graph.Graph Network(string name)
    {
        var image = new NetworkBuilder(2, 6, 7);
        switch (name)
        {
            case "conv":
                return image.Conv2d(3, 3, activation: Activation.Relu).Conv2d(4, 3).Flatten().Dense(3).Build();
            case "conv strided":
                return image.Conv2d(3, 2, activation: Activation.Relu).Conv2d(4, 3, stride: 2, padding: 1).Flatten().Dense(3).Build();
            case "conv padded":
                return image.Conv2d(3, 3, padding: 1, activation: Activation.Relu).Conv2d(4, 3, padding: 2).Flatten().Dense(3).Build();
            case "conv without relu":
                return image.Conv2d(3, 3).MaxPool2d(2).Flatten().Dense(3).Build();
            case "pool overlapping":
                return image.Conv2d(3, 2).MaxPool2d(3, 1).MaxPool2d(2).Flatten().Dense(3).Build();
            case "flatten":
                return image.Flatten().Dense(5, Activation.Relu).Dense(3).Build();
            case "dense":
                return new NetworkBuilder(7).Dense(9, Activation.Relu).Dense(8).Dense(4).Build();
        }

        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Batch, 12));
        GraphValue Parameter(string label, params int[] dimensions) => builder.AddParameter(label, new Shape(dimensions), ParameterInitializer.Glorot);
        GraphValue Apply(Operator @operator, params GraphValue[] inputs) => builder.Apply(@operator, inputs)[0];
        switch (name)
        {
            case "add":
                var hidden = Apply(new GemmOperator(), x, Parameter("w", 12, 12));
                return builder.Build(Apply(new GemmOperator(), Apply(new AddOperator(), hidden, Apply(new ReluOperator(), hidden)), Parameter("v", 12, 3)));
            case "row add":
                return builder.Build(Apply(new AddOperator(), Apply(new GemmOperator(), x, Parameter("w", 12, 3)), Parameter("b", 3)));
            case "reshape":
                var wide = Apply(new ReshapeOperator(new Shape(Shape.Batch, 3, 2, 4)), Apply(new GemmOperator(), x, Parameter("w", 12, 24)));
                var turned = Apply(new ReshapeOperator(new Shape(Shape.Batch, 2, 4, 3)), wide);
                return builder.Build(Apply(new GemmOperator(), Apply(new FlattenOperator(), Apply(new Conv2dOperator(), turned, Parameter("k", 3, 2, 2, 2))), Parameter("v", 18, 3)));
            case "shared":
                var shared = Parameter("w", 12, 12);
                return builder.Build(Apply(new GemmOperator(), Apply(new GemmOperator(), Apply(new ReluOperator(), Apply(new GemmOperator(), x, shared)), shared), Parameter("v", 12, 3)));
            case "softmax":
                return builder.Build(Apply(new GemmOperator(), Apply(new SoftmaxOperator(), Apply(new GemmOperator(), x, Parameter("w", 12, 6))), Parameter("v", 6, 3)));
            case "logsoftmax":
                return builder.Build(Apply(new GemmOperator(), Apply(new LogSoftmaxOperator(), Apply(new GemmOperator(), x, Parameter("w", 12, 6))), Parameter("v", 6, 3)));
            case "transposed weights":
                var b = builder.AddParameter("b", new Shape(6), ParameterInitializer.Zeros);
                var first = Apply(new ReluOperator(), Apply(new GemmOperator(false, true), x, Parameter("w", 6, 12), b));
                return builder.Build(Apply(new GemmOperator(false, true), first, Parameter("v", 3, 6)));
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such network");
        }
    }
}
