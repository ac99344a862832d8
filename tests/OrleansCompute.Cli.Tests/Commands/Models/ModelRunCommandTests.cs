using System.Text.Json;
using OrleansCompute.Tensors.Formats;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Cli.Tests.Commands.Models;

public sealed class ModelRunCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oc-model-run-");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public async Task Run_WhenVerbose_ShowsWhatThePassesDid()
    {
        string model = Path.Combine(_folder.FullName, "norm.onnx"), input = Path.Combine(_folder.FullName, "x.npy"), json = Path.Combine(_folder.FullName, "run.json");
        OnnxExporter.ExportFile(model, Model(), []);
        await File.WriteAllBytesAsync(input, NpyFile.Write(Tensor.Of<float>(new Shape(2, 3), [1, 2, 3, 4, 5, 7])));

        var run = await OcRun.ExecuteAsync("model", "run", model, "--input", $"x={input}", "--verbose", "--threads", "1", "--json", json);

        Assert.Equal(0, run.Status);
        Assert.Contains("normalisation-patterns", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 LayerNormalization", run.Output, StringComparison.Ordinal);
        Assert.Contains("nodes: 7 before the passes, 1 after", run.Output, StringComparison.Ordinal);
        Assert.Contains("bytes at the peak", run.Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var passes = document.RootElement.GetProperty("passes");
        Assert.Equal(1, passes.GetProperty("nodes_after").GetInt32());
        Assert.InRange(passes.GetProperty("peak_bytes").GetInt64(), 1, passes.GetProperty("unplanned_bytes").GetInt64());
    }

    [Fact]
    public async Task Run_WhenNotVerbose_SaysNothingOfPasses()
    {
        string model = Path.Combine(_folder.FullName, "norm.onnx"), input = Path.Combine(_folder.FullName, "x.npy");
        OnnxExporter.ExportFile(model, Model(), []);
        await File.WriteAllBytesAsync(input, NpyFile.Write(Tensor.Of<float>(new Shape(1, 3), [1, 2, 3])));

        var run = await OcRun.ExecuteAsync("model", "run", model, "--input", $"x={input}", "--threads", "1");

        Assert.Equal(0, run.Status);
        Assert.DoesNotContain("passes", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Layer normalisation as exporters write it before opset 17.</summary>
    private static Graph Model()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, 3));
        var centred = builder.Sub(x, builder.ReduceMean(x, [-1], true));
        var variance = builder.ReduceMean(builder.Pow(centred, builder.Constant(Tensor.Scalar(2f))), [-1], true);
        var deviation = builder.Sqrt(builder.Add(variance, builder.Constant(Tensor.Scalar(1e-5f))));
        return builder.Build(builder.Div(centred, deviation));
    }
}
