using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Graphs.Passes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class CompileOptionsTests : IDisposable
{
    private readonly CpuAccelerator _cpu = new();

    [Fact]
    public void Outputs_ThatOverlapEachOther_AreRefused()
    {
        using var block = Tensor.Zeros(TensorType.Real(7));
        using Tensor a = block.Slice(0, 0, 4), b = block.Slice(0, 3, 4);

        var error = Assert.Throws<ArgumentException>(() => Compile(new CompileOptions { Outputs = [a, b] }));

        Assert.All(["'first'", "'second'", "overlaps"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Outputs_ThatOverlapAnInput_AreRefused()
    {
        using var block = Tensor.Zeros(TensorType.Real(8));
        using Tensor x = block.Slice(0, 0, 4), a = block.Slice(0, 2, 4);

        var error = Assert.Throws<ArgumentException>(() => Compile(new CompileOptions { Inputs = [x], Outputs = [a, null] }));

        Assert.All(["input 'x'", "output 'first'"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Outputs_ThatTouch_AreWrittenSideBySide()
    {
        using var block = Tensor.Zeros(TensorType.Real(8));
        using Tensor a = block.Slice(0, 0, 4), b = block.Slice(0, 4, 4);
        using var compiled = Compile(new CompileOptions { Outputs = [b, a] });
        compiled.Inputs[0].AsSpan<float>().Fill(2);

        compiled.Run();

        Assert.All(block.ToDoubles(), value => Assert.Equal(0.25, value));
    }

    [Theory]
    [InlineData(8, 1, 4, 4)]
    [InlineData(8, 1, 8, 8)]
    [InlineData(4, 2, 8, 4)]
    [InlineData(4, 2, 7, 3)]
    [InlineData(2, 4, 3, 1)]
    public void Streams_TimesThreads_StayWithinTheCores(int streams, int threads, int cores, int expected)
    {
        using var cpu = new CpuAccelerator(SimdSupport.Best, threads);
        using var compiled = new CompiledGraph(RandomGraphs.Draw(3), cpu, new CompileOptions { Streams = streams, MaxCores = cores });

        Assert.Equal(expected, compiled.Streams);
        if (expected == streams)
        {
            Assert.Null(compiled.StreamsNote);
        }
        else
        {
            Assert.All([$"{streams} streams", $"{threads} threads", $"{cores} cores"], part => Assert.Contains(part, compiled.StreamsNote!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void MaxCores_OfNone_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompiledGraph(RandomGraphs.Draw(3), _cpu, new CompileOptions { MaxCores = 0 }));

    public void Dispose() => _cpu.Dispose();

    private CompiledGraph Compile(CompileOptions options)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(4));
        var first = builder.Apply(new SoftmaxOperator(), [x], "first")[0];
        return new CompiledGraph(builder.Build(first, builder.Apply(new SoftmaxOperator(), [first], "second")[0]), _cpu, options);
    }
}
