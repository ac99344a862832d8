using BenchmarkDotNet.Attributes;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>Square products on one thread; GFLOP/s are 2 * Size^3 divided by the nanoseconds. Run with <c>--filter *Gemm*</c>.</summary>
#pragma warning disable CA1001 // BenchmarkDotNet ends the life of the fields through GlobalCleanup.
public class GemmBenchmarks
#pragma warning restore CA1001
{
    private CpuAccelerator _accelerator = null!;
    private CompiledGraph _product = null!;

    [Params(SimdLevel.Vector512, SimdLevel.Vector256)]
    public SimdLevel Level { get; set; }

    [Params(256, 512, 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _accelerator = new CpuAccelerator(Level);
        var builder = new GraphBuilder();
        var a = builder.AddInput("a", TensorType.Real(Size, Size));
        var b = builder.AddInput("b", TensorType.Real(Size, Size));
        _product = new CompiledGraph(builder.Build(builder.Apply(new MatMulOperator(), a, b)[0]), _accelerator);
        var random = new Random(1);
        foreach (var input in _product.Inputs)
        {
            foreach (ref var value in input.AsSpan<float>())
            {
                value = random.NextSingle();
            }
        }
    }

    [Benchmark]
    public void Multiply() => _product.Run();

    [GlobalCleanup]
    public void Cleanup()
    {
        _product.Dispose();
        _accelerator.Dispose();
    }
}
