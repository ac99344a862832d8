using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

public sealed class CpuPoolingTests : IDisposable
{
    private static readonly Gen<(PoolGeometry Geometry, int Batch, int Seed)> Cases =
        (from sizes in Gen.ArrayOf(Gen.Choose(1, 9), 2)
         from kernel in Gen.ArrayOf(Gen.Choose(1, 4), 2)
         from strides in Gen.ArrayOf(Gen.Choose(1, 4), 2)
         from dilations in Gen.ArrayOf(Gen.Elements(1, 1, 2), 2)
         from pads in Gen.ArrayOf(Gen.Choose(0, 3), 4)
         from channels in Gen.Elements(1, 3, 8, 16, 17, 40)
         from batch in Gen.Choose(0, 3)
         from flags in Gen.Choose(0, 7)
         from seed in Gen.Choose(0, 1_000_000)
         select (
             new PoolGeometry(channels, sizes[0], sizes[1], kernel[0], kernel[1])
             {
                 StrideY = strides[0],
                 StrideX = strides[1],
                 DilationY = dilations[0],
                 DilationX = dilations[1],
                 PadTop = Math.Min(pads[0], kernel[0] - 1),
                 PadLeft = Math.Min(pads[1], kernel[1] - 1),
                 PadBottom = Math.Min(pads[2], kernel[0] - 1),
                 PadRight = Math.Min(pads[3], kernel[1] - 1),
                 Ceiling = (flags & 1) != 0,
                 CountsPadding = (flags & 2) != 0,
                 ChannelsFirst = (flags & 4) != 0,
             },
             batch,
             seed)).Where(item => Fits(item.Item1));

    private readonly WorkerTeam _one = new(1, "test");
    private readonly WorkerTeam _three = new(3, "test");

    public static TheoryData<SimdLevel> Levels => [.. Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported)];

    [Theory]
    [MemberData(nameof(Levels))]
    public void AllFunctions_WhenAnyGeometry_MatchDefinition(SimdLevel level) =>
        Prop.ForAll(Cases.ToArbitrary(), item => Check(item.Geometry, item.Batch, item.Seed, level, _one))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Theory]
    [MemberData(nameof(Levels))]
    public void AllFunctions_WhenThreadsShareTheBatch_MatchDefinition(SimdLevel level)
    {
        Check(new PoolGeometry(16, 28, 28, 2, 2) { StrideY = 2, StrideX = 2 }, 7, 1, level, _three);
        Check(new PoolGeometry(16, 28, 28, 2, 2) { StrideY = 2, StrideX = 2, ChannelsFirst = true }, 7, 2, level, _three);
    }

    [Fact]
    public void Constructor_WhenGeometryIsWrong_NamesWhatIsAllowed()
    {
        var g = new PoolGeometry(1, 4, 4, 2, 2);
        Fails(g with { PadLeft = 2 }, "paddings are [0, 2, 0, 0]");
        Fails(g with { StrideY = 0 }, "strides are [0, 1]");
        Fails(g with { KernelHeight = 5 }, "larger than the input");
        Fails(g with { DilationX = 0 }, "dilations are [1, 0]");
        void Fails(PoolGeometry wrong, string message) => Assert.Contains(
            message, Assert.Throws<ShapeMismatchException>(() => new CpuPooling(wrong, SimdLevel.Scalar, _one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Max_WhenSpanIsShort_NamesSizes() =>
        Assert.Contains(
            "1 images of 16 floats",
            Assert.Throws<ArgumentException>(
                () => new CpuPooling(new PoolGeometry(1, 4, 4, 2, 2), SimdLevel.Scalar, _one).Max(1, new float[15], new float[9], [])).Message,
            StringComparison.Ordinal);

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }

    /// <summary>Per window the positions (row * Width + column) of its elements; -1 for padding that counts, -2 for what lies beyond.</summary>
    private static List<int[]> Windows(PoolGeometry g) =>
    [
        .. from oy in Enumerable.Range(0, g.OutputHeight)
           from ox in Enumerable.Range(0, g.OutputWidth)
           select (from ky in Enumerable.Range(0, g.KernelHeight)
                   from kx in Enumerable.Range(0, g.KernelWidth)
                   let y = (oy * g.StrideY) - g.PadTop + (ky * g.DilationY)
                   let x = (ox * g.StrideX) - g.PadLeft + (kx * g.DilationX)
                   select y >= 0 && y < g.Height && x >= 0 && x < g.Width ? (y * g.Width) + x
                       : y < g.Height + g.PadBottom && x < g.Width + g.PadRight ? -1 : -2).ToArray(),
    ];

    private static bool Fits(PoolGeometry g) =>
        ((g.KernelHeight - 1) * g.DilationY) + 1 <= g.Height + g.PadTop + g.PadBottom
        && ((g.KernelWidth - 1) * g.DilationX) + 1 <= g.Width + g.PadLeft + g.PadRight;

    private static void Check(PoolGeometry g, int batch, int seed, SimdLevel level, WorkerTeam team)
    {
        var windows = Windows(g);
        var random = new Random(seed);
        float[] x = KernelAssert.Random(random, batch * g.InputLength), dy = KernelAssert.Random(random, batch * g.OutputLength);
        x.AsSpan(0, x.Length / 2).Clear();   // equal values: the first of them is chosen
        float[] max = new float[dy.Length], average = new float[dy.Length], dMax = new float[x.Length], dAverage = new float[x.Length];
        var indices = new int[dy.Length];
        int pixels = g.Height * g.Width;
        for (var i = 0; i < dy.Length; i++)
        {
            int image = i / g.OutputLength, inside = i % g.OutputLength;
            var (channel, window) = g.ChannelsFirst ? (inside / windows.Count, inside % windows.Count) : (inside % g.Channels, inside / g.Channels);
            int Source(int at) => (image * g.InputLength) + (g.ChannelsFirst ? (channel * pixels) + at : (at * g.Channels) + channel);
            var real = windows[window].Where(at => at >= 0).ToArray();
            if (real.Length == 0)
            {
                (max[i], indices[i]) = (float.NegativeInfinity, -1);
                continue;
            }

            var best = real.MaxBy(at => x[Source(at)]);
            var divisor = g.CountsPadding ? windows[window].Count(at => at >= -1) : real.Length;
            (max[i], indices[i], average[i]) = (x[Source(best)], best, (float)(real.Sum(at => (double)x[Source(at)]) / divisor));
            dMax[Source(best)] += dy[i];
            foreach (var at in real)
            {
                dAverage[Source(at)] += dy[i] / divisor;
            }
        }

        var pooling = new CpuPooling(g, level, team);
        float[] y = KernelAssert.Random(random, dy.Length), dx = KernelAssert.Random(random, x.Length);
        var chosen = new int[dy.Length];
        pooling.Max(batch, x, y, chosen);
        Assert.Equal(max, y);
        Assert.Equal(indices, chosen);
        pooling.Max(batch, x, y, []);
        Assert.Equal(max, y);
        pooling.MaxGradient(batch, chosen, dy, dx);
        KernelAssert.Close(dMax, dx, $"max gradient {g} {level}", 1e-5f);
        pooling.Average(batch, x, y);
        KernelAssert.Close(average, y, $"average {g} {level}", 1e-5f);
        pooling.AverageGradient(batch, dy, dx);
        KernelAssert.Close(dAverage, dx, $"average gradient {g} {level}", 1e-5f);
    }
}
