using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Kernels.Cpu.Library;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

public sealed unsafe class PassRunnerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(100, 1)]
    [InlineData(100, 3)]
    [InlineData(1 << 20, 3)]
    public void Run_InUnitsOfAnySize_ReducesAll(int unit, int threads)
    {
        using var team = new WorkerTeam(threads, "pass");
        var runner = new PassRunner(new CpuKernelContext(SimdSupport.Best, team), unit);
        foreach (var (outer, axis, inner) in ((int, int, int)[])[(1, 1, 7), (1, 40_000, 1), (1, 700, 50), (3, 12_000, 1), (5, 70, 130), (40, 1, 1000), (1, 2, 20_000)])
        {
            // Whole numbers, whose sums do not depend on the order.
            float[] x = [.. Enumerable.Range(0, outer * axis * inner).Select(i => (float)(i % 7))], y = new float[outer * inner];
            var expected = new float[y.Length];
            for (var i = 0; i < x.Length; i++)
            {
                expected[(i / (axis * inner) * inner) + (i % inner)] += x[i];
            }

            fixed (float* from = x, to = y)
            {
                runner.Run(new AxisPass(outer, axis, inner), Sum, Sum, from, to);
            }

            Assert.Equal(expected, y);
        }
    }

    private static void Sum(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
        Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);
}
