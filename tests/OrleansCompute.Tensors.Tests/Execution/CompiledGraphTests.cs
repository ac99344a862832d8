using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Graphs.Passes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class CompiledGraphTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void Run_OnRandomGraphs_ComputesWhatTheInterpreterDoes(int streams, bool optimise)
    {
        using var cpu = new CpuAccelerator();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(RandomGraphs.Seeds, seed =>
            {
                var graph = RandomGraphs.Draw(seed);
                using var compiled = new CompiledGraph(graph, cpu, new CompileOptions { Streams = streams, Optimise = optimise });

                // Twice: the second run finds the memory as the first one left it.
                for (var run = 0; run < 2; run++)
                {
                    Load(compiled, RandomGraphs.Inputs(graph));
                    compiled.Run();
                    RandomGraphs.AssertClose(RandomGraphs.Run(graph), [.. compiled.Outputs.Select(HostElements.Reals)]);
                }
            }));
    }

    [Fact]
    public void Run_AfterTheFirst_AllocatesNothing()
    {
        using var cpu = new CpuAccelerator();
        using var compiled = new CompiledGraph(RandomGraphs.Draw(3, 60), cpu);
        Load(compiled, RandomGraphs.Inputs(compiled.Graph));

        AllocationAssert.None(() => compiled.Run());
    }

    [Fact]
    public void Memory_OfALongChain_IsThatOfTwoValues()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var value = builder.AddInput("x", TensorType.Real(1000, 16));
        for (var i = 0; i < 10; i++)
        {
            value = builder.Apply(new SoftmaxOperator(), value)[0];
        }

        using var compiled = new CompiledGraph(builder.Build(value), cpu);

        Assert.Equal(10 * 64_000, compiled.Memory.UnplannedBytes);
        Assert.Equal(2 * 64_000, compiled.Memory.ArenaBytes);
    }

    [Fact]
    public void Memory_OfElementwiseSteps_IsThatOfOneValue()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var value = builder.AddInput("x", TensorType.Real(1000, 16));
        for (var i = 0; i < 10; i++)
        {
            value = builder.Apply(new ReluOperator(), value)[0];
        }

        using var compiled = new CompiledGraph(builder.Build(value), cpu, new CompileOptions { Optimise = false });

        Assert.Equal(64_000, compiled.Memory.ArenaBytes);
    }

    [Fact]
    public void Compile_AboveTheBudget_SaysWhatIsNeededAndAllocatesNothing()
    {
        using var cpu = new CpuAccelerator(SimdSupport.Best, memoryBudgetBytes: 1 << 20);
        var builder = new GraphBuilder();
        var value = builder.Apply(new FillOperator(TensorType.Real(1 << 19), 1))[0];

        var error = Assert.Throws<MemoryBudgetException>(() => new CompiledGraph(builder.Build(value), cpu));

        Assert.Contains($"{1 << 21} bytes for intermediate values", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, cpu.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Compile_WhenSizesAreOpen_NamesTheValue()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var value = builder.Apply(new ReluOperator(), builder.AddInput("picture", TensorType.Real(Shape.Any, 3)))[0];

        Assert.Contains("Relu", Assert.Throws<ArgumentException>(() => new CompiledGraph(builder.Build(value), cpu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhenCancelled_EndsBetweenTwoNodes()
    {
        using var cpu = new CpuAccelerator();
        using var source = new CancellationTokenSource();
        using var compiled = new CompiledGraph(RandomGraphs.Draw(3), cpu, new CompileOptions { OutputReady = _ => source.Cancel() });
        using var parallel = new CompiledGraph(RandomGraphs.Draw(3), cpu, new CompileOptions { Streams = 2 });
        Load(compiled, RandomGraphs.Inputs(compiled.Graph));
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => compiled.Run(source.Token));
        Assert.Throws<OperationCanceledException>(() => parallel.Run(source.Token));
    }

    [Fact]
    public void Run_WhenResultsAreNotFinite_NamesTheNode()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var root = builder.Apply(new MathOperator(MathFunction.Sqrt), [builder.AddInput("x", TensorType.Real(2))], "root")[0];
        using var compiled = new CompiledGraph(
            builder.Build(builder.Apply(new SoftmaxOperator(), root)[0]), cpu, new CompileOptions { ChecksFinite = true });
        compiled.Inputs[0].AsSpan<float>()[0] = 4;
        compiled.Inputs[0].AsSpan<float>()[1] = -1;

        var error = Assert.Throws<NonFiniteException>(() => compiled.Run());

        Assert.Contains("Node 'root' (Sqrt): element 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputReady_IsCalledOncePerOutput_AsSoonAsItIsThere()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(8));
        var first = builder.Apply(new SoftmaxOperator(), x)[0];
        var second = builder.Apply(new SoftmaxOperator(), first)[0];
        var ready = new List<int>();
        using var compiled = new CompiledGraph(builder.Build(second, first, x), cpu, new CompileOptions { OutputReady = ready.Add });

        compiled.Run();

        Assert.Equal([1, 0, 2], ready);
    }

    [Fact]
    public void Outputs_WithMemoryOfTheCaller_AreWrittenThere()
    {
        using var cpu = new CpuAccelerator();
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(4));
        var soft = builder.Apply(new SoftmaxOperator(), x)[0];
        using Tensor a = Tensor.Zeros(TensorType.Real(4)), b = Tensor.Zeros(TensorType.Real(4)), c = Tensor.Zeros(TensorType.Real(2, 2));
        var view = builder.Apply(new ViewOperator(new Shape(2, 2)), soft)[0];
        using var compiled = new CompiledGraph(builder.Build(soft, x, view), cpu, new CompileOptions { Outputs = [a, b, c] });
        compiled.Inputs[0].AsSpan<float>().Fill(3);

        compiled.Run();

        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], a.AsSpan<float>());
        Assert.Equal([3f, 3f, 3f, 3f], b.AsSpan<float>());
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], c.AsSpan<float>());
    }

    private static void Load(CompiledGraph compiled, Tensor[] inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i].CopyTo(compiled.Inputs[i]);
        }
    }
}
