using System.Text.Json;
using OrleansCompute.TestKit;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class ExecutionProfileTests
{
    private static readonly string[] Columns = ["µs/call", "%", "MFLOP", "GFLOP/s", "% peak", "kB", "GB/s", "kernel", "operator", "node"];

    [Fact]
    public void ToTable_OfKnownTimes_HasTimesOperationsBytesAndPartsOfThePeak()
    {
        var profile = new ExecutionProfile(
            [
                new ProfileEntry("small", "Relu", "cpu", 10, TimeSpan.FromMicroseconds(100), 1_000, 8_000),
                new ProfileEntry("large", "MatMul", "cpu", 10, TimeSpan.FromMicroseconds(1000), 5_000_000, 400_000),
            ],
            10, TimeSpan.FromMicroseconds(1200), []);

        var lines = profile.ToTable(peakGflopsPerSecond: 100).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.All(Columns, column => Assert.Contains(column, lines[0], StringComparison.Ordinal));
        // 100 µs of 120; 5 MFLOP in 100 µs are 50 GFLOP/s, half of the peak; 400 kB are 4 GB/s.
        Assert.Equal(["100.0", "83.3", "5.000", "50.0", "50.0", "400.0", "4.0", "cpu", "MatMul", "large"], Words(lines[1]));
        Assert.Equal(["10.0", "8.3", "0.001", "0.1", "0.1", "8.0", "0.8", "cpu", "Relu", "small"], Words(lines[2]));
        Assert.Contains("10.0 µs between kernels; 10 runs", lines[3], StringComparison.Ordinal);
        Assert.Equal("-", Words(profile.ToTable().Split(Environment.NewLine)[1])[4]);
    }

    [Fact]
    public void Profile_NodeByNode_NamesTheKernelsOfEachNode()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any));
        var places = builder.Apply(new UniqueOperator(), [builder.Apply(new ReluOperator(), [x], "relu")[0]], "unique");

        var profile = new GraphInterpreter(cpu).Profile(builder.Build(places), [Tensor.Vector(1f, -2, 3)], TimeProvider.System, runs: 3);

        Assert.Equal(["relu Relu cpu 3", "unique Unique reference 3"], profile.Entries.Select(entry => $"{entry.Node} {entry.Operator} {entry.Library.Split('-')[0]} {entry.Calls}"));
        Assert.All(profile.Entries, entry => Assert.True(entry.Time > TimeSpan.Zero));
    }

    [Fact]
    public void Profile_OfAProduct_CountsItsOperationsAndBytes()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var y = builder.Apply(new MatMulOperator(), [builder.AddInput("a", TensorType.Real(8, 16)), builder.AddInput("b", TensorType.Real(16, 4))], "product")[0];
        using var compiled = new CompiledGraph(builder.Build(y), cpu, new CompileOptions { Optimise = false });

        var profile = compiled.Profile(TimeProvider.System, runs: 3);

        var entry = Assert.Single(profile.Entries);
        Assert.Equal(("product", "MatMul", 3), (entry.Node, entry.Operator, entry.Calls));
        Assert.Equal(2 * 8 * 16 * 4, entry.Flops);
        Assert.Equal(4 * ((8 * 16) + (16 * 4) + (8 * 4)), entry.Bytes);
        Assert.True(entry.Time > TimeSpan.Zero && profile.Total >= entry.Time);
        Assert.Equal(0, Assert.Single(profile.Timeline).Stream);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void WriteChromeTrace_OfSeveralStreams_IsJsonWhoseCallsNestAndDoNotOverlapInARow(int streams)
    {
        using var cpu = new CpuAccelerator(SimdSupport.Best);
        using var compiled = new CompiledGraph(Branches(8), cpu, new CompileOptions { Streams = streams, MaxCores = streams, Optimise = false });

        var profile = compiled.Profile(TimeProvider.System, runs: 2);

        using var stream = new MemoryStream();
        profile.WriteChromeTrace(stream);
        using var json = JsonDocument.Parse(stream.ToArray());
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToArray();
        var run = Assert.Single(events, e => e.GetProperty("name").GetString() == "run");
        var calls = events.Where(e => e.GetProperty("ph").GetString() == "X" && e.TryGetProperty("args", out _)).ToArray();
        Assert.Equal(compiled.Calls.Count(), calls.Length);
        Assert.Equal(compiled.Calls.Select(call => call.Node).Order(), calls.Select(call => call.GetProperty("name").GetString()).Order());
        Assert.All(calls, call =>
        {
            Assert.InRange(Start(call), Start(run), End(run));
            Assert.InRange(End(call), Start(run), End(run) + 0.001);
            Assert.InRange(call.GetProperty("tid").GetInt32(), 1, streams);
            Assert.True(call.GetProperty("args").GetProperty("bytes").GetInt64() > 0);
            Assert.True(call.GetProperty("args").GetProperty("flops").GetInt64() > 0);
            Assert.Equal("cpu", call.GetProperty("args").GetProperty("kernel").GetString()![..3]);
        });
        foreach (var row in calls.GroupBy(call => call.GetProperty("tid").GetInt32()))
        {
            Assert.Contains(events, e => e.GetProperty("ph").GetString() == "M" && e.GetProperty("tid").GetInt32() == row.Key);
            var ordered = row.OrderBy(Start).ToArray();
            for (var i = 1; i < ordered.Length; i++)
            {
                Assert.True(Start(ordered[i]) >= End(ordered[i - 1]) - 0.001, "two calls of a stream overlap");
            }
        }
    }

    [Fact]
    public void Profile_WithAManualClock_MeasuresNothingAndStillNamesAllNodes()
    {
        using var cpu = new CpuAccelerator();
        using var compiled = new CompiledGraph(Branches(2), cpu);

        var profile = compiled.Profile(new ManualTimeProvider(), runs: 1);

        Assert.Equal(TimeSpan.Zero, profile.Total);
        Assert.Equal(compiled.Calls.Count(), profile.Entries.Count);
    }

    private static double Start(JsonElement e) => e.GetProperty("ts").GetDouble();

    private static double End(JsonElement e) => Start(e) + e.GetProperty("dur").GetDouble();

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Graph Branches(int count)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(64, 64));
        var sum = x;
        for (var i = 0; i < count; i++)
        {
            var branch = builder.Apply(new SoftmaxOperator(), [builder.Apply(new MatMulOperator(), x, x)[0]])[0];
            sum = builder.Apply(new AddOperator(), sum, branch)[0];
        }

        return builder.Build(sum);
    }
}
