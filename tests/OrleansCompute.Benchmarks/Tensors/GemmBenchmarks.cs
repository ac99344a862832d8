using BenchmarkDotNet.Attributes;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>Square products on one thread; GFLOP/s are 2 * Size^3 divided by the nanoseconds. Run with <c>--filter *Gemm*</c>.</summary>
public class GemmBenchmarks
{
    private IKernelSet _kernels = null!;
    private IGemmKernel _gemm = null!;
    private float[] _a = null!;
    private float[] _b = null!;
    private float[] _c = null!;

    [Params(SimdLevel.Vector512, SimdLevel.Vector256)]
    public SimdLevel Level { get; set; }

    [Params(256, 512, 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _kernels = KernelSets.Create(Level);
        _gemm = _kernels.CreateGemm();
        var random = new Random(1);
        _a = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextSingle())];
        _b = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextSingle())];
        _c = new float[Size * Size];
    }

    [Benchmark]
    public void Multiply() => _gemm.Multiply(new GemmShape(Size, Size, Size), _a, _b, [], _c);

    [GlobalCleanup]
    public void Cleanup() => _kernels.Dispose();
}
