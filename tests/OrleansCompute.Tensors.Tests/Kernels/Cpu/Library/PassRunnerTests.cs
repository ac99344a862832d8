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

    /// <summary>A slice of one row would be a copy of it.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    [InlineData(31, 2)]
    [InlineData(127, 3)]
    public void Run_OfAShortAxis_NeedsLittleScratch(int axis, int threads)
    {
        using var team = new WorkerTeam(threads, "pass");
        var runner = new PassRunner(new CpuKernelContext(SimdSupport.Best, team), unit: 1000);
        const int Inner = 100_003;
        float[] x = [.. Enumerable.Range(0, axis * Inner).Select(i => (float)(i % 7))], y = new float[Inner];
        var expected = new float[Inner];
        for (var i = 0; i < x.Length; i++)
        {
            expected[i % Inner] += x[i];
        }

        Run(runner, new AxisPass(1, axis, Inner), Sum, x, y);

        Assert.Equal(expected, y);
        Assert.InRange(runner.ScratchLength, 0, threads * 20_000);
    }

    [Theory]
    [InlineData(1, 100_000, 1)]
    [InlineData(1, 9000, 50)]
    [InlineData(1, 300, 1025)]
    [InlineData(1, 5, 20_001)]
    [InlineData(1, 1, 50_000)]
    [InlineData(3, 20_000, 1)]
    public void Run_WithAnyNumberOfThreads_GivesTheSameBits(int outer, int axis, int inner)
    {
        var random = new Random(7);
        float[] x = [.. Enumerable.Range(0, outer * axis * inner).Select(_ => random.NextSingle() - 0.4f)];
        foreach (var function in (PassRunner.Function[])[Sum, Reductions.AxisLogSumExp])
        {
            float[] expected = [];
            for (var threads = 1; threads <= 4; threads++)
            {
                using var team = new WorkerTeam(threads, "pass");
                var y = new float[outer * inner];
                Run(new PassRunner(new CpuKernelContext(SimdSupport.Best, team)), new AxisPass(outer, axis, inner), function, x, y);
                expected = threads == 1 ? y : expected;
                Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), y.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    private static void Run(PassRunner runner, AxisPass pass, PassRunner.Function function, float[] x, float[] y)
    {
        fixed (float* from = x, to = y)
        {
            runner.Run(pass, function, function, from, to);
        }
    }

    private static void Sum(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
        Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);
}
