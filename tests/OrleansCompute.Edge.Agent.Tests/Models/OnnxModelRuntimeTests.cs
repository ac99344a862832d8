using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Edge.Agent.Tests.Models;

public sealed class OnnxModelRuntimeTests
{
    [Fact]
    public void TryLoad_WhenExported_AnswersWithProbabilities()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.onnx"], SmallModel());
        Assert.True(new OnnxModelRuntime().TryLoad(folder["m.onnx"], out var classifier, out var error), error);
        using (classifier)
        {
            Assert.Equal((784, 10), (classifier.InputLength, classifier.ClassCount));
            Assert.Null(ModelTrial.Run(classifier, Enumerable.Range(0, 784).Select(i => (byte)i).ToArray()));
            Assert.Contains("784", ModelTrial.Run(classifier, new byte[100]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryLoad_WhenNoOnnx_SaysWhy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.onnx"], [1, 2, 3]);
        Assert.False(new OnnxModelRuntime().TryLoad(folder["m.onnx"], out var classifier, out var error));
        Assert.Null(classifier);
        Assert.Contains("ONNX", error, StringComparison.Ordinal);
    }

    internal static byte[] SmallModel(int seed = 1)
    {
        var graph = new NetworkDefinition { Rows = 28, Columns = 28, Layers = [new LayerDefinition.Dense(10)] }.ToGraph();
        return OnnxExporter.Export(InferencePlan.WithProbabilities(graph), graph.CreateParameters(new Random(seed)));
    }
}
