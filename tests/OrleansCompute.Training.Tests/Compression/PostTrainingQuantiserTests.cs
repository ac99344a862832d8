using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs.Passes.Quantised;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class PostTrainingQuantiserTests
{
    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    public void Quantise_OfATrainedCnn_KeepsItsAccuracy(CalibrationMethod method)
    {
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Trained(accelerator, CompressionModels.Cnn());
        var test = CompressionModels.Quarters(200, 9);
        var quantised = new PostTrainingQuantiser(accelerator, new QuantisationOptions { Calibration = method }).Quantise(model, CompressionModels.Quarters(64, 8).Values);
        Assert.InRange(CompressionModels.Accuracy(accelerator, model, test), 0.97, 1);
        Assert.InRange(CompressionModels.Accuracy(accelerator, quantised, test), CompressionModels.Accuracy(accelerator, model, test) - 0.015, 1);
        var (before, after) = (CompressionModels.Logits(accelerator, model, test), CompressionModels.Logits(accelerator, quantised, test));
        var error = Math.Sqrt(before.Zip(after, (x, y) => (double)(x - y) * (x - y)).Sum() / before.Sum(x => (double)x * x));
        Assert.InRange(error, 0, 0.06);
    }

    [Fact]
    public void Quantise_OnTheProcessor_RunsOnlyKernelsOf8BitsAndGivesWhatTheReferenceDoes()
    {
        using var accelerator = new CpuAccelerator();
        using var reference = new ReferenceAccelerator();
        var model = CompressionModels.Cnn();
        var quantised = new PostTrainingQuantiser(accelerator).Quantise(model, CompressionModels.Quarters(32, 8).Values);
        var samples = CompressionModels.Quarters(6, 3);
        var expected = CompressionModels.Logits(reference, quantised, samples);
        // Scales are multiplied in another order, so that a tie may round to the neighbouring code.
        Assert.All(expected.Zip(CompressionModels.Logits(accelerator, quantised, samples)), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
        using var runner = new ClassifierRunner(quantised.Graph, quantised.Parameters, accelerator, 6);
        var slow = runner.Plan.Calls.Where(call => call.Library == reference.Kernels.Name).Select(call => call.Operator).ToArray();
        Assert.DoesNotContain(slow, name => name is not ("Cast" or "Mul" or "Add"));
        Assert.Equal(2, runner.Plan.Calls.Count(call => call.Operator == "QLinearConvLast"));
    }

    [Fact]
    public void Quantise_WhenExportedAndRead_GivesTheSame()
    {
        using var accelerator = new CpuAccelerator();
        var quantised = new PostTrainingQuantiser(accelerator).Quantise(CompressionModels.Cnn(), CompressionModels.Quarters(32, 8).Values);
        var samples = CompressionModels.Quarters(5, 3);
        var read = OnnxImporter.Import(OnnxExporter.Export(quantised.Graph, quantised.Parameters)).Graph;
        Assert.Equal(
            CompressionModels.Logits(accelerator, quantised, samples), CompressionModels.Logits(accelerator, new TrainedModel(read, []), samples));
        Assert.All(read.Nodes, node => Assert.Equal("", node.Operator.Domain));
        Assert.InRange(quantised.SizeBytes, 1, CompressionModels.Cnn().SizeBytes * 0.6);
    }

    [Fact]
    public void Quantise_WhenExportedInQdqFormAndRead_RunsOnTheSameKernels()
    {
        using var accelerator = new CpuAccelerator();
        var quantised = new PostTrainingQuantiser(accelerator).Quantise(CompressionModels.Cnn(), CompressionModels.Quarters(32, 8).Values);
        var samples = CompressionModels.Quarters(5, 3);
        var read = OnnxImporter.Import(OnnxExporter.Export(new QdqExpansionPass().Run(quantised.Graph), quantised.Parameters)).Graph;
        Assert.DoesNotContain(read.Nodes, node => node.Operator.Name is "QLinearConv" or "MatMulInteger");
        Assert.Equal(3, read.Nodes.Count(node => node.Operator.Name == "Conv"));
        var (expected, actual) = (CompressionModels.Logits(accelerator, quantised, samples), CompressionModels.Logits(accelerator, new TrainedModel(read, []), samples));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
        using var ours = new ClassifierRunner(quantised.Graph, quantised.Parameters, accelerator, 5);
        using var imported = new ClassifierRunner(read, [], accelerator, 5);
        Assert.DoesNotContain(imported.Plan.Calls, call => call.Operator is "Conv" or "ConvLast" or "FusedGemm" or "MatMul" or "Gemm");
        Assert.Equal(ours.Plan.Calls.Select(call => call.Operator).Order(), imported.Plan.Calls.Select(call => call.Operator).Order());
    }

    [Fact]
    public void Quantise_OfAModelWithoutLayers_Refuses()
    {
        using var accelerator = new CpuAccelerator();
        var graph = new NetworkBuilder(1, 4, 4).MaxPool2d(2).Flatten().Build();
        Assert.Throws<NotSupportedException>(() => new PostTrainingQuantiser(accelerator).Quantise(new TrainedModel(graph, []), new float[16]));
        Assert.Throws<ArgumentException>(() => new PostTrainingQuantiser(accelerator).Quantise(CompressionModels.Cnn(), new float[65]));
        Assert.Equal(3, new QuantisationOptions { Calibration = (CalibrationMethod)9, Tail = 1, BatchSize = 0 }.Validate().Count);
    }
}
