using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

/// <summary>8-bit products must be exact: sums are compared as integers, and results as the same float operations on them.</summary>
public sealed class CpuInt8Tests : IDisposable
{
    private readonly WorkerTeam _one = new(1, "test");
    private readonly WorkerTeam _three = new(3, "test");

    /// <summary>0: none; 1: AVX2; 2: the best.</summary>
    public static TheoryData<int> Tiles => SimdSupport.IsSupported(SimdLevel.Vector256) ? [0, 1, 2] : [0];

    [Theory]
    [MemberData(nameof(Tiles))]
    public void Run_WhenAnySizeAndOutput_MatchesDefinition(int tiles)
    {
        var cases =
            from rows in Gen.Choose(0, 20)
            from columns in Gen.Choose(1, 50)
            from depth in Gen.Choose(1, 90)
            from kind in Gen.Elements(Enum.GetValues<Int8OutputKind>())
            from flags in Gen.Choose(0, 15)
            from seed in Gen.Choose(0, 1_000_000)
            select (rows, columns, depth, kind, flags, seed);
        Prop.ForAll(cases.ToArbitrary(), item => CheckGemm(tiles, item.rows, item.columns, item.depth, item.kind, item.flags, item.seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Theory]
    [MemberData(nameof(Tiles))]
    public void Run_WhenLargeOnThreeThreads_MatchesDefinition(int tiles) => CheckGemm(tiles, 200, 170, 260, Int8OutputKind.Int32, 1, 5);

    [Theory]
    [MemberData(nameof(Tiles))]
    public unsafe void Run_WhenValuesAreExtreme_DoesNotSaturateSums(int tiles)
    {
        const int Depth = CpuInt8Gemm.MaxDepth;
        var gemm = new CpuInt8Gemm(Create(tiles), _one);
        gemm.Prepare(Depth, 1, Enumerable.Repeat((sbyte)-128, Depth).ToArray(), true, 0, false, [], [], []);
        var input = new byte[Depth];
        input.AsSpan().Fill(255);
        int result;
        fixed (byte* from = input)
        {
            gemm.Run(1, from, Depth, new Int8Output(Int8OutputKind.Int32), &result, 1);
        }

        Assert.Equal(-128L * 255 * Depth, result);
    }

    [Theory]
    [MemberData(nameof(Tiles))]
    public void Run_WhenAnyConvolution_MatchesDefinition(int tiles)
    {
        var cases =
            (from sizes in Gen.ArrayOf(Gen.Choose(1, 8), 2)
             from kernel in Gen.ArrayOf(Gen.Choose(1, 4), 2)
             from steps in Gen.ArrayOf(Gen.Elements(1, 1, 2), 4)
             from pads in Gen.ArrayOf(Gen.Choose(0, 3), 4)
             from groups in Gen.Elements(1, 1, 2)
             from channels in Gen.Elements(1, 2, 3, 4, 9)
             from filters in Gen.Elements(1, 3, 16, 20)
             from batch in Gen.Choose(0, 3)
             from signed in Gen.Elements(false, true)
             from seed in Gen.Choose(0, 1_000_000)
             select (
                 new ConvGeometry(channels * groups, sizes[0], sizes[1], filters * groups, kernel[0], kernel[1])
                 {
                     StrideY = steps[0], StrideX = steps[1], DilationY = steps[2], DilationX = steps[3],
                     PadTop = pads[0], PadLeft = pads[1], PadBottom = pads[2], PadRight = pads[3], Groups = groups,
                 },
                 batch,
                 signed,
                 seed)).Where(item => Fits(item.Item1));
        Prop.ForAll(cases.ToArbitrary(), item => CheckConvolution(tiles, item.Item1, item.batch, item.signed, item.seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void Prepare_WhenSizesDoNotFit_NamesThem()
    {
        var gemm = new CpuInt8Gemm(SimdLevel.Scalar, _one);
        Assert.Contains(
            "[3, 2] weights do not fit 5 bytes",
            Assert.Throws<ArgumentException>(() => gemm.Prepare(3, 2, new sbyte[5], false, 0, false, [], [], [])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "bias has 1 values; allowed 2",
            Assert.Throws<ArgumentException>(() => gemm.Prepare(3, 2, new sbyte[6], false, 0, false, [], [1f], [])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new CpuInt8Convolution(new ConvGeometry(1, 1, 1, 1, 1, 1) { ChannelsFirst = true }, SimdLevel.Scalar, _one));
    }

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }

    private static Int8Tiles Create(int tiles) => tiles == 0 ? new Int8Tiles(SimdLevel.Scalar) : tiles == 1 ? new Int8Tiles(useVnni: false) : new Int8Tiles(SimdSupport.Best);

    private static bool Fits(ConvGeometry g) =>
        ((g.KernelHeight - 1) * g.DilationY) + 1 <= g.PaddedHeight && ((g.KernelWidth - 1) * g.DilationX) + 1 <= g.PaddedWidth;

    private static double Finish(int sum, float scale, float bias, Int8Output output)
    {
        if (output.Kind == Int8OutputKind.Int32)
        {
            return output.Relu ? Math.Max(sum, 0) : sum;
        }

        var value = (sum * scale) + bias;
        if (output.Kind == Int8OutputKind.Float32)
        {
            return output.Relu ? MathF.Max(value, 0) : value;
        }

        var (low, high) = output.Kind == Int8OutputKind.UInt8 ? (0, 255) : (-128, 127);
        var rounded = Math.Round((double)value, MidpointRounding.ToEven);
        return Math.Clamp((output.Relu ? Math.Max(rounded, 0) : rounded) + output.ZeroPoint, low, high);
    }

    private static double Read(byte[] results, int index, Int8OutputKind kind) => kind switch
    {
        Int8OutputKind.Int32 => BitConverter.ToInt32(results, index * 4),
        Int8OutputKind.Float32 => BitConverter.ToSingle(results, index * 4),
        Int8OutputKind.UInt8 => results[index],
        _ => (sbyte)results[index],
    };

    private unsafe void CheckGemm(int tiles, int rows, int columns, int depth, Int8OutputKind kind, int flags, int seed)
    {
        var random = new Random(seed);
        bool signed = (flags & 1) != 0, transposed = (flags & 2) != 0, relu = (flags & 4) != 0, withBias = (flags & 8) != 0;
        byte[] input = new byte[(rows * depth) + 1], weights = new byte[depth * columns];
        random.NextBytes(input);
        random.NextBytes(weights);
        var zero = signed ? random.Next(-128, 128) : random.Next(256);
        float[] scales = [.. Enumerable.Range(0, columns).Select(_ => random.NextSingle() / 500)];
        float[] bias = withBias ? [.. Enumerable.Range(0, columns).Select(_ => (random.NextSingle() - 0.5f) * 50)] : [];
        int[] integerBias = withBias ? [.. Enumerable.Range(0, columns).Select(_ => random.Next(-9000, 9000))] : [];
        var output = new Int8Output(kind, random.Next(-20, 120), relu);
        var gemm = new CpuInt8Gemm(Create(tiles), _three);
        gemm.Prepare(depth, columns, Signed(weights), transposed, zero, signed, scales, bias, integerBias);
        var stride = columns + 3;
        var results = new byte[((rows * stride) + 1) * output.ElementBytes];
        fixed (byte* from = input, to = results)
        {
            gemm.Run(rows, from, depth, output, to, stride);
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var sum = withBias ? integerBias[column] : 0;
                for (var k = 0; k < depth; k++)
                {
                    var a = signed ? (int)(sbyte)input[(row * depth) + k] : input[(row * depth) + k];
                    sum += (a - zero) * (sbyte)weights[transposed ? (column * depth) + k : (k * columns) + column];
                }

                var expected = Finish(sum, scales[column], withBias ? bias[column] : 0f, output);
                Assert.True(
                    expected == Read(results, (row * stride) + column, kind),
                    $"{rows} x {columns} x {depth} {output} flags {flags}: [{row}, {column}] is {Read(results, (row * stride) + column, kind)}, expected {expected}");
            }
        }
    }

    private unsafe void CheckConvolution(int tiles, ConvGeometry g, int batch, bool signed, int seed)
    {
        var random = new Random(seed);
        byte[] input = new byte[(batch * g.InputLength) + 1], weights = new byte[g.WeightLength];
        var convolution = new CpuInt8Convolution(g, Create(tiles), _three);

        // Twice, because the border keeps the zero point of the call before.
        foreach (var zero in signed ? new[] { -7, 90 } : [200, 3])
        {
            random.NextBytes(input);
            random.NextBytes(weights);
            var output = new Int8Output(Int8OutputKind.UInt8, 30, Relu: true);
            convolution.Prepare(Signed(weights), zero, signed, [0.002f], [], []);
            var results = new byte[(batch * g.OutputLength) + 1];
            fixed (byte* from = input, to = results)
            {
                convolution.Run(batch, from, output, to);
            }

            for (var i = 0; i < batch * g.OutputLength; i++)
            {
                int filter = i % g.Filters, pixel = i % g.OutputLength / g.Filters, image = i / g.OutputLength;
                var sum = 0;
                for (var w = 0; w < g.Area * g.GroupChannels; w++)
                {
                    var y = (pixel / g.OutputWidth * g.StrideY) - g.PadTop + (w / g.KernelWidth % g.KernelHeight * g.DilationY);
                    var x = (pixel % g.OutputWidth * g.StrideX) - g.PadLeft + (w % g.KernelWidth * g.DilationX);
                    if (y >= 0 && y < g.Height && x >= 0 && x < g.Width)
                    {
                        var channel = (filter / g.GroupFilters * g.GroupChannels) + (w / g.Area);
                        var value = input[(image * g.InputLength) + (((y * g.Width) + x) * g.Channels) + channel];
                        sum += ((signed ? (int)(sbyte)value : value) - zero) * (sbyte)weights[(filter * g.Area * g.GroupChannels) + w];
                    }
                }

                Assert.True(Finish(sum, 0.002f, 0, output) == results[i], $"{g} batch {batch} signed {signed} zero {zero}: result {i} is {results[i]}");
            }
        }
    }

    private static sbyte[] Signed(byte[] values) => [.. values.Select(value => (sbyte)value)];
}
