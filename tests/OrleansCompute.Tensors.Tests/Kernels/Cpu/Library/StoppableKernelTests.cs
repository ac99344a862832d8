using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

/// <summary>Kernels that are stopped while they run.</summary>
public sealed class StoppableKernelTests
{
    private const int Attempts = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_OfEveryOperatorAfterItWasCancelled_ComputesAsIfNothingHadHappened(int threads)
    {
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        using var other = new CpuAccelerator(SimdSupport.Best, threads);
        var (runner, fresh) = (new NodeRunner(accelerator), new NodeRunner(other));
        var cancelled = new RunScope();
        cancelled.Begin(new CancellationToken(canceled: true));
        var stopped = 0;
        foreach (var test in OperatorCases.All.Where(test => test.Operator.IsDeterministic))
        {
            try
            {
                Release(runner.Run(test.Operator, test.Inputs, cancelled));
            }
            catch (OperationCanceledException)
            {
                stopped++;
            }

            var actual = runner.Run(test.Operator, test.Inputs, new RunScope());
            var expected = fresh.Run(test.Operator, test.Inputs, new RunScope());
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(HostElements.Reals(expected[i]), HostElements.Reals(actual[i]));
            }

            Release(actual);
            Release(expected);
        }

        // Kernels without a signal are those whose work is a single pass over little memory.
        Assert.True(stopped > OperatorCases.All.Count / 3, $"{stopped} of {OperatorCases.All.Count} cases stopped.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_WhenCancelledBefore_LeavesTheOutputAlone(int threads)
    {
        foreach (var (name, sizes, make) in Large(shrink: 8))
        {
            using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
            var graph = Build(sizes, make);
            using var compiled = new CompiledGraph(graph, accelerator);
            var product = graph.Nodes[^1];
            Tensor[] inputs = [.. sizes.Select(size => OperatorCase.Normal(1, size))];
            var types = inputs.Select(input => (TensorType?)input.Type).ToArray();
            var kernel = accelerator.Kernels.Create(new KernelRequest(accelerator, product.Operator, types, [product.Outputs[0].Type], new Tensor?[inputs.Length]))!;
            using var result = Tensor.Zeros(product.Outputs[0].Type);
            result.AsSpan<float>().Fill(float.NaN);
            var scope = new RunScope();
            scope.Begin(new CancellationToken(canceled: true));
            var call = new KernelCall(product.Operator, inputs, [result], accelerator.Memory, scope);

            Assert.Throws<OperationCanceledException>(() => kernel.Run(call));
            Assert.True(result.AsSpan<float>().IndexOfAnyExcept(float.NaN) < 0, $"{name} wrote something");

            scope.Begin(CancellationToken.None);
            kernel.Run(call);
            Assert.True(result.AsSpan<float>().IndexOf(float.NaN) < 0, $"{name} left something out");
        }
    }

    [Theory]
    [InlineData("product", 1)]
    [InlineData("product", 2)]
    [InlineData("convolution", 1)]
    [InlineData("attention", 1)]
    [InlineData("pooling", 1)]
    [InlineData("program", 1)]
    [InlineData("transform", 1)]
    public void Run_OfALargeKernelWhenCancelled_EndsWithinIt(string name, int threads)
    {
        var (_, sizes, make) = Large(shrink: 1).Single(item => item.Name == name);
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        using var began = new ManualResetEventSlim();
        var graph = Build(sizes, make);
        using var result = accelerator.Memory.Allocate(graph.Outputs[1].Type);
        using var compiled = new CompiledGraph(graph, accelerator, new CompileOptions
        {
            Outputs = [null, result],

            // The first output is the large kernel's input: it is next.
            OutputReady = ready =>
            {
                if (ready == 0)
                {
                    began.Set();
                }
            },
        });
        var used = accelerator.Read().MemoryUsedBytes;
        var endedWithin = false;

        // The thread that cancels may be woken too late, when the kernel has come to its end: then once more. A kernel that does not look at its
        // signal comes to its end each time.
        for (var attempt = 0; attempt < Attempts && !endedWithin; attempt++)
        {
            using var source = new CancellationTokenSource();
            began.Reset();
            result.AsSpan<float>()[^1] = float.NaN;
            var canceller = new Thread(() =>
            {
                if (began.Wait(Patience))
                {
                    source.Cancel();
                }
            });
            canceller.Start();
            var stopped = false;
            try
            {
                compiled.Run(source.Token);
            }
            catch (OperationCanceledException)
            {
                stopped = true;
            }

            canceller.Join();
            endedWithin = stopped && float.IsNaN(result.AsSpan<float>()[^1]);
            Assert.Equal(used, accelerator.Read().MemoryUsedBytes);
        }

        Assert.True(endedWithin, $"The kernel ran to its end {Attempts} times.");
    }

    // 137, 77 and 69 billion operations, half a second and more each at full speed; with the sizes shrunk, 1/64 and less of that.
    private static IEnumerable<(string Name, int[][] Sizes, Func<GraphBuilder, GraphValue[], GraphValue> Make)> Large(int shrink)
    {
        yield return ("product", [[4096 / shrink, 4096 / shrink], [4096 / shrink, 4096 / shrink]], (builder, x) => builder.MatMul(x[0], x[1]));
        yield return ("convolution", [[1, 256 / shrink, 256 / shrink, 256 / shrink], [256 / shrink, 256 / shrink, 3, 3]], (builder, x) =>
            builder.Apply(new ConvOperator(new ConvolutionAttributes(new WindowAttributes(null, IntList.Create([1, 1]), IntList.Create([1, 1, 1, 1])))), x)[0]);
        var attention = new[] { 1, 16, 4096 / shrink, 64 };
        yield return ("attention", [attention, attention, attention], (builder, x) => builder.Apply(new AttentionOperator(), x)[0]);

        // A tenth of a second and less: windows of 225, 32 functions of each element, ten passes of a long line.
        var pool = new PoolAttributes(new WindowAttributes(IntList.Create([15, 15])));
        yield return ("pooling", [[1, 64, 256 / shrink, 256 / shrink]], (builder, x) => builder.Apply(new MaxPoolOperator(pool), x)[0]);
        var program = new ElementProgram(1, [.. Enumerable.Range(0, 32).Select(i => new ElementStep(ElementOpcode.Tanh, i))]);
        yield return ("program", [[2048 / shrink, 2048]], (builder, x) => builder.Apply(new FusedElementwiseOperator(program), x)[0]);
        yield return ("transform", [[1, (1 << 21) / shrink, 2]], (builder, x) => builder.Apply(new DftOperator(), x[0], null)[0]);
        if (shrink > 1)
        {
            int[] matrix = [2048 / shrink, 1024];
            yield return ("sum of rows", [matrix], (builder, x) => builder.Apply(new ReduceOperator(Reduction.Sum, IntList.Create([1])), x)[0]);
            yield return ("sum of columns", [matrix], (builder, x) => builder.Apply(new SumToOperator(new Shape(1, 1024)), x)[0]);
            yield return ("softmax", [matrix], (builder, x) => builder.Apply(new SoftmaxOperator(), x)[0]);
            yield return ("slice", [matrix], (builder, x) => builder.Apply(new SliceOperator([1], [1023], [1]), x[0])[0]);
        }
    }

    private static Graph Build(int[][] sizes, Func<GraphBuilder, GraphValue[], GraphValue> make)
    {
        var builder = new GraphBuilder();
        GraphValue[] inputs = [.. sizes.Select((size, i) => builder.AddInput($"x{i}", TensorType.Real(size)))];
        inputs[0] = builder.Apply(new ReluOperator(), inputs[0])[0];
        return builder.Build(inputs[0], make(builder, inputs));
    }

    private static void Release(Tensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
