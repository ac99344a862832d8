using System.Text.Json;
using OrleansCompute.Tensors.Formats;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Models;

public sealed class ModelRunCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("1MB", "1000000")]
    [InlineData("0.5MiB", "524288")]
    [InlineData("100000", "100000")]
    public async Task Run_WithMoreThanTheMemoryAllows_NamesTheBudget(string memory, string bytes)
    {
        Export("big", b => b.Apply(new AddOperator(), b.AddInput("x", TensorType.Real(1024, 1024)), b.Constant(Tensor.Scalar(1f)))[0]);
        await WriteAsync("x.npy", Tensor.Zeros(TensorType.Real(1024, 1024)));

        var run = await OcRun.ExecuteAsync("model", "run", _folder["big.onnx"], "--input", $"x={_folder["x.npy"]}", "--memory", memory);

        run.AssertRefused("big.onnx", bytes, "raise the budget");
    }

    [Theory]
    [InlineData("lots")]
    [InlineData("-1GB")]
    [InlineData("12")]
    public async Task Run_WithAMemoryThatIsNoSize_SaysWhatIs(string memory)
    {
        Export("small", b => b.Apply(new ReluOperator(), b.AddInput("x", TensorType.Real(2)))[0]);

        var run = await OcRun.ExecuteAsync("model", "run", _folder["small.onnx"], $"--memory={memory}");

        run.AssertRefused("--memory is", memory, "65536 to", "1.5GiB");
    }

    [Fact]
    public async Task Run_Verbose_NamesWhatRanOnReferenceKernels()
    {
        Export("det", b => b.Apply(new DetOperator(), b.Apply(new ReluOperator(), b.AddInput("x", TensorType.Real(2, 2)))[0])[0]);
        await WriteAsync("x.npy", Tensor.Of(new Shape(2, 2), [1f, 2, 3, 4]));
        string[] arguments = ["model", "run", _folder["det.onnx"], "--input", $"x={_folder["x.npy"]}", "--json", _folder["run.json"]];

        var run = await OcRun.ExecuteAsync([.. arguments, "--verbose"]);

        Assert.Equal(0, run.Status);
        Assert.Contains("reference kernels, which are slow, ran for", run.Output, StringComparison.Ordinal);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["run.json"]));
        var operators = written.RootElement.GetProperty("operators").EnumerateArray().ToDictionary(entry => entry.GetProperty("operator").GetString()!);
        Assert.Equal("reference", operators["Det"].GetProperty("kernels").GetString());
        Assert.Equal(1, operators.Values.Sum(entry => entry.GetProperty("time_fraction").GetDouble()), 1e-6);
        Assert.DoesNotContain("reference kernels", (await OcRun.ExecuteAsync(arguments)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfAFileThatCannotBeRun_SaysWhy()
    {
        Export("fine", b => b.Apply(new ReluOperator(), b.AddInput("x", TensorType.Real(2)))[0]);
        var bytes = await File.ReadAllBytesAsync(_folder["fine.onnx"]);
        await File.WriteAllBytesAsync(_folder["cut.onnx"], bytes[..^9]);
        await File.WriteAllTextAsync(_folder["text.onnx"], "hello");

        Assert.Contains("can be run: 1 nodes", (await OcRun.ExecuteAsync("model", "inspect", _folder["fine.onnx"])).Output, StringComparison.Ordinal);
        (await OcRun.ExecuteAsync("model", "inspect", _folder["cut.onnx"])).AssertRefused("cut.onnx", "truncated");
        (await OcRun.ExecuteAsync("model", "inspect", _folder["text.onnx"])).AssertRefused("text.onnx", "not valid");
        (await OcRun.ExecuteAsync("model", "inspect", _folder["none.onnx"])).AssertRefused("does not exist");
        (await OcRun.ExecuteAsync("model", "inspect", Path.GetDirectoryName(_folder["none.onnx"])!)).AssertRefused("is a folder");
    }

    [Fact]
    public async Task Run_CheckingNumbers_NamesNodeAndOperator()
    {
        Export("log", b => b.Apply(new MathOperator(MathFunction.Log), [b.Apply(new ReluOperator(), [b.AddInput("x", TensorType.Real(3))], "fine")[0]], "culprit")[0]);
        await WriteAsync("x.npy", Tensor.Vector(1f, -1f, 2f));
        string[] arguments = ["model", "run", _folder["log.onnx"], "--input", $"x={_folder["x.npy"]}"];

        var run = await OcRun.ExecuteAsync([.. arguments, "--check-finite"]);

        run.AssertRefused("log.onnx", "element 1", "Infinity");
        Assert.Equal(0, (await OcRun.ExecuteAsync(arguments)).Status);
    }

    [Fact]
    public async Task Run_OfALoopThatNeverEnds_StopsAtTheTripsAllowed()
    {
        var body = new GraphBuilder();
        body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        var v = body.AddInput("v", TensorType.Real(2));
        var loop = new LoopOperator(body.Build(condition, body.Apply(new AddOperator(), v, v)[0]), 1);
        Export("endless", b => b.Apply(loop, [null, null, b.AddInput("x", TensorType.Real(2))])[0]);
        await WriteAsync("x.npy", Tensor.Vector(1f, 2f));

        var run = await OcRun.ExecuteAsync("model", "run", _folder["endless.onnx"], "--input", $"x={_folder["x.npy"]}", "--max-trips", "500");

        run.AssertRefused("endless.onnx", "Loop", "500 trips");
    }

    public void Dispose() => _folder.Dispose();

    private void Export(string name, Func<GraphBuilder, GraphValue> model)
    {
        var builder = new GraphBuilder();
        OnnxExporter.ExportFile(_folder[$"{name}.onnx"], builder.Build(model(builder)), []);
    }

    private Task WriteAsync(string name, Tensor tensor)
    {
        using (tensor)
        {
            return File.WriteAllBytesAsync(_folder[name], NpyFile.Write(tensor));
        }
    }
}
