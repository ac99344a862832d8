using System.Diagnostics;
using System.Globalization;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>
/// Matrix products beside OpenBLAS in one process, slice by slice in turn, so that other load on the machine hits both: the median of the
/// ratios counts, and on a busy machine the ratio of processor times. Run with <c>gemm [threads] [part of a size, as 1024x1024x1024NN]</c>.
/// </summary>
public static class GemmComparison
{
    private const double SliceSeconds = 0.002;
    private const double SecondsPerSize = 0.4;

    private static readonly (int Rows, int Columns, int Depth)[] Sizes =
    [
        (256, 256, 256), (384, 384, 384), (511, 511, 511), (512, 512, 512), (768, 768, 768), (1023, 1023, 1023), (1024, 1024, 1024),
        (2048, 2048, 2048), (1000, 77, 333), (1000, 333, 77), (77, 1000, 333), (64, 256, 784), (784, 256, 64), (256, 128, 10), (256, 10, 128),
        (4096, 64, 64), (10000, 32, 32), (64, 4096, 64), (32, 32, 2048), (4096, 512, 128), (128, 128, 128), (100, 100, 100), (64, 64, 64),
        (1, 128, 1568), (1024, 1, 1024),
    ];

    /// <summary>Measures and prints one line per size and transposition.</summary>
    /// <param name="arguments">Threads, and a filter; both may be left out.</param>
    public static unsafe void Run(ReadOnlySpan<string> arguments)
    {
        var threads = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1;
        var filter = arguments.Length > 1 ? arguments[1] : string.Empty;
        var peer = OpenBlas.TryLoad(threads);
        Console.WriteLine($"{threads} threads, {SimdSupport.Best}, peer: {peer?.Configuration ?? "no OpenBLAS"}");
        using var team = new WorkerTeam(threads, "gemm");
        var gemm = new CpuGemm(SimdSupport.Best, team);
        foreach (var (rows, columns, depth) in Sizes)
        {
            var random = new Random(1);
            float[] a = Values(random, rows * depth), b = Values(random, depth * columns), c = new float[rows * columns], d = new float[rows * columns];
            for (var layout = 0; layout < 4; layout++)
            {
                var (transposeA, transposeB) = ((layout & 2) != 0, (layout & 1) != 0);
                var name = $"{rows}x{columns}x{depth}{(transposeA ? 'T' : 'N')}{(transposeB ? 'T' : 'N')}";
                if (name.Contains(filter, StringComparison.Ordinal))
                {
                    fixed (float* pa = a, pb = b, pc = c, pd = d)
                    {
                        // Lambdas cannot hold the addresses of fixed locals, copies of them they can.
                        float* qa = pa, qb = pb, qc = pc, qd = pd;
                        Compare(
                            name,
                            2.0 * rows * columns * depth,
                            () => gemm.Run(new GemmArguments(new GemmShape(rows, columns, depth, transposeA, transposeB), qa, qb, qc)),
                            peer is null ? null : () => peer.Multiply(rows, columns, depth, transposeA, transposeB, qa, qb, qd));
                    }
                }
            }
        }
    }

    private static void Compare(string name, double flops, Action ours, Action? theirs)
    {
        var calls = Math.Max(1, (int)(SliceSeconds * 2e11 / (flops + 2e5)));
        for (var i = 0; i < Math.Clamp(1e9 / flops, 3, 500); i++)
        {
            ours();
            theirs?.Invoke();
        }

        var slices = (int)Math.Clamp(SecondsPerSize / 2 / (calls * flops / 2e11), 15, 1000);
        double[] wall = new double[slices], cpu = new double[slices], peerWall = new double[slices], peerCpu = new double[slices], ratios = new double[slices];
        for (var slice = 0; slice < slices; slice++)
        {
            (wall[slice], cpu[slice]) = Seconds(ours, calls);
            (peerWall[slice], peerCpu[slice]) = theirs is null ? (double.NaN, double.NaN) : Seconds(theirs, calls);
            ratios[slice] = peerWall[slice] / wall[slice];
        }

        foreach (var figures in new[] { wall, cpu, peerWall, peerCpu, ratios })
        {
            Array.Sort(figures);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-20} {flops / wall[slices / 2] / 1e9,7:F1} GFLOP/s (best {flops / wall[0] / 1e9:F1}, peer's {flops / peerWall[0] / 1e9:F1}), x OpenBLAS: {peerWall[0] / wall[0]:F2} best, {peerWall[slices / 4] / wall[slices / 4]:F2} lower quartile, {ratios[slices / 2]:F2} median; processor time {peerCpu[slices / 4] / cpu[slices / 4]:F2}, {cpu[slices / 4] / flops * 2e11:F2} of 200 GFLOP/s"));
    }

    private static (double Wall, double Cpu) Seconds(Action action, int calls)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (wall / calls, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / calls);
    }

    private static float[] Values(Random random, int length)
    {
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
