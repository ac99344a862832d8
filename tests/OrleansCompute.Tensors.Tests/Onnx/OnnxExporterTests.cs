using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Graphs.Passes;

namespace OrleansCompute.Tensors.Tests.Onnx;

public sealed class OnnxExporterTests
{
    [Theory]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public void Export_OfAttentionWithSharedKeys_WritesWhatTheImporterFindsAgain(int keyHeads, bool isCausal)
    {
        var builder = new GraphBuilder();
        GraphValue q = builder.AddInput("q", TensorType.Real(2, 6, 5, 8)), k = builder.AddInput("k", TensorType.Real(2, keyHeads, 7, 8));
        var graph = builder.Build(builder.Attention(q, k, builder.AddInput("v", TensorType.Real(2, keyHeads, 7, 8)), isCausal: isCausal));

        var imported = OnnxImporter.Import(OnnxExporter.Export(graph, [])).Graph;

        Assert.DoesNotContain(imported.Nodes, node => node.Operator.Domain == "oc");
        var recognised = GraphOptimiser.Recognise(imported);
        var attention = Assert.Single(recognised.Nodes, node => node.Operator is AttentionOperator);
        Assert.Equal(keyHeads, attention.Inputs[1]!.Type.Shape[1]);
        Assert.Equal(isCausal, ((AttentionOperator)attention.Operator).IsCausal);
        var expected = RandomGraphs.Run(graph);
        RandomGraphs.AssertClose(expected, RandomGraphs.Run(imported));
        RandomGraphs.AssertClose(expected, RandomGraphs.Run(recognised));
    }
}
