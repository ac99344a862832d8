using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Onnx;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;
using OrleansCompute.Tensors.Tests.Kernels;

namespace OrleansCompute.Tensors.Tests.Legacy.Onnx;

public sealed class OnnxRoundTripTests
{
    private static readonly Dictionary<string, string> Metadata = new() { ["job"] = "acme/1", ["accuracy"] = "0.9" };

    [Fact]
    public void Import_WhenReferenceCnnWasExported_ComputesTheSame()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        AssertSameOutputs(graph);
    }

    [Fact]
    public void Import_WhenGraphHasEveryOtherOperator_ComputesTheSame()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Batch, 2, 6, 6));
        GraphValue Parameter(string name, params int[] dimensions) => builder.AddParameter(name, new Shape(dimensions), ParameterInitializer.Glorot);
        GraphValue Apply(Operator @operator, params GraphValue[] inputs) => builder.Apply(@operator, inputs)[0];
        var conv = Apply(new Conv2dOperator(2, 1), x, Parameter("k", 4, 2, 3, 3));
        var pooled = Apply(new MaxPool2dOperator(2, 1), Apply(new AddOperator(), conv, Apply(new ReluOperator(), conv)));
        var flat = Apply(new ReshapeOperator(new Shape(Shape.Batch, 16)), Apply(new ReshapeOperator(new Shape(Shape.Batch, 2, 4, 2)), pooled));
        var hidden = Apply(new AddOperator(), Apply(new GemmOperator(false, true), flat, Parameter("w", 5, 16)), Parameter("b", 5));
        var shares = Apply(new SoftmaxOperator(), hidden);
        AssertSameOutputs(builder.Build(Apply(new LogSoftmaxOperator(), Apply(new GemmOperator(), shares, Parameter("v", 5, 3)))));
    }

    [Fact]
    public void Export_WhenRepeated_GivesSameBytes()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(1));
        Assert.Equal(OnnxExporter.Export(graph, parameters, "1", Metadata), OnnxExporter.Export(graph, parameters, "1", Metadata));
    }

    [Fact]
    public void Export_WhenReferenceCnn_HasStandardOperatorsAndDynamicBatch()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(graph, graph.CreateParameters(new Random(1)), "1.2", Metadata));
        Assert.Equal(8, model.IrVersion);
        Assert.Equal(17, Assert.Single(model.OpsetImport).Version);
        Assert.Equal(
            ["Conv", "Relu", "MaxPool", "Conv", "Relu", "MaxPool", "Flatten", "Gemm", "Relu", "Gemm", "Softmax"],
            model.Graph.Node.Select(node => node.OpType));
        Assert.Equal("N", model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal([16L, 1, 5, 5], model.Graph.Initializer[0].Dims);
        Assert.Equal([2L, 2, 2, 2], model.Graph.Node[0].Attribute.Single(attribute => attribute.Name == "pads").Ints);
    }

    [Fact]
    public void Import_WhenTrainedFurther_KeepsParametersOfGraph()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var model = OnnxImporter.Import(OnnxExporter.Export(graph, graph.CreateParameters(new Random(1)), "1", Metadata));
        using var kernels = KernelSets.Create(SimdSupport.Best);
        using var plan = new TrainingPlan(model.Graph, kernels, 2);
        model.Parameters.CopyTo(plan.Parameters);
        Assert.Equal(2, plan.ForwardBackward(new float[2 * 784], [1, 2]).Count);
        Assert.Contains(plan.Gradients.ToArray(), value => value != 0);
    }

    private static void AssertSameOutputs(Tensors.Legacy.Graph.Graph graph)
    {
        var parameters = graph.CreateParameters(new Random(3));
        var model = OnnxImporter.Import(OnnxExporter.Export(graph, parameters, "1.2.3", Metadata));
        Assert.Equal(graph.Inputs[0].Name, model.InputName);
        Assert.Equal(OnnxExporter.OutputName, model.OutputName);
        Assert.Equal(("OrleansCompute", "1.2.3", 17L), (model.ProducerName, model.ProducerVersion, model.Opset));
        Assert.Equal(Metadata, model.Metadata);
        Assert.Equal(graph.ParameterCount, model.Graph.ParameterCount);
        using var kernels = KernelSets.Create(SimdSupport.Best);
        using var before = new InferencePlan(graph, parameters, kernels, 3);
        using var after = new InferencePlan(model.Graph, model.Parameters.Span, kernels, 3);
        var inputs = KernelAssert.Random(new Random(4), 3 * graph.Inputs[0].Type.Shape.Elements);
        float[] expected = new float[3 * before.Classes], actual = new float[expected.Length];
        before.Run(inputs, 3, expected);
        after.Run(inputs, 3, actual);
        Assert.Equal(expected, actual);
    }
}
