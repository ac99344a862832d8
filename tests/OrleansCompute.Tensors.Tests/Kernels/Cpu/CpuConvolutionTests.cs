using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

public sealed class CpuConvolutionTests : IDisposable
{
    private static readonly Gen<ConvCase> Cases =
        (from sizes in Gen.ArrayOf(Gen.Choose(1, 9), 2)
         from kernel in Gen.ArrayOf(Gen.Choose(1, 4), 2)
         from strides in Gen.ArrayOf(Gen.Choose(1, 3), 2)
         from dilations in Gen.ArrayOf(Gen.Elements(1, 1, 2, 3), 2)
         from pads in Gen.ArrayOf(Gen.Choose(0, 4), 4)
         from groups in Gen.Elements(1, 1, 1, 2, 3)
         from channels in Gen.Elements(1, 2, 3, 5, 8, 17)
         from filters in Gen.Elements(1, 2, 3, 7, 16, 33)
         from depthwise in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
         from batch in Gen.Choose(0, 3)
         from flags in Gen.Choose(0, 3)
         from activation in Gen.Elements(GemmActivation.None, GemmActivation.Relu, GemmActivation.Silu, GemmActivation.Relu6, GemmActivation.HardSwish)
         from seed in Gen.Choose(0, 1_000_000)
         select new ConvCase(
             new ConvGeometry(
                 depthwise ? channels : channels * groups, sizes[0], sizes[1], depthwise ? channels : filters * groups, kernel[0], kernel[1])
             {
                 StrideY = strides[0],
                 StrideX = strides[1],
                 DilationY = dilations[0],
                 DilationX = dilations[1],
                 PadTop = pads[0],
                 PadLeft = pads[1],
                 PadBottom = pads[2],
                 PadRight = pads[3],
                 Groups = depthwise ? channels : groups,
                 ChannelsFirst = (flags & 1) != 0,
             },
             batch,
             (flags & 2) != 0,
             activation,
             seed)).Where(item => Fits(item.Geometry));

    private readonly WorkerTeam _one = new(1, "test");
    private readonly WorkerTeam _three = new(3, "test");

    public static TheoryData<SimdLevel> Levels => [.. Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported)];

    [Theory]
    [MemberData(nameof(Levels))]
    public void AllProducts_WhenAnyGeometry_MatchDefinition(SimdLevel level) =>
        Prop.ForAll(Cases.ToArbitrary(), item => item.Check(level, item.Seed % 2 == 0 ? _one : _three))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(120));

    [Theory]
    [MemberData(nameof(Levels))]
    public void AllProducts_WhenLayersOfRealModels_MatchDefinition(SimdLevel level)
    {
        ConvGeometry[] layers =
        [
            new(3, 17, 17, 16, 7, 7) { StrideY = 2, StrideX = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 },
            new(40, 12, 11, 40, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, Groups = 40 },
            new(24, 9, 9, 48, 1, 1) { StrideY = 2, StrideX = 2 },
            new(8, 1, 60, 20, 1, 5) { PadLeft = 4, DilationX = 2 },
            new(16, 20, 20, 32, 3, 3) { DilationY = 2, DilationX = 2, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2, Groups = 4 },
        ];
        foreach (var layer in layers)
        {
            new ConvCase(layer, 2, true, GemmActivation.Relu, 1).Check(level, _three);
            new ConvCase(layer with { ChannelsFirst = true }, 1, true, GemmActivation.None, 2).Check(level, _three);
        }

        // So many results that the activation is applied to several blocks of them.
        new ConvCase(new(3, 40, 41, 48, 3, 3) { PadTop = 1, PadLeft = 1 }, 1, true, GemmActivation.HardSwish, 3).Check(level, _one);
        new ConvCase(new(160, 20, 21, 160, 3, 3) { PadTop = 1, Groups = 160, ChannelsFirst = true }, 1, true, GemmActivation.Relu6, 4).Check(level, _one);
    }

    [Fact]
    public void AllProducts_InManySmallUnits_AreThoseOfOne()
    {
        ConvGeometry[] layers =
        [
            new(5, 23, 19, 37, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
            new(16, 20, 20, 32, 3, 3) { StrideX = 2, PadTop = 2, PadLeft = 2, Groups = 4, ChannelsFirst = true },
            new(40, 12, 11, 40, 3, 3) { PadTop = 1, PadLeft = 1, Groups = 40 },
        ];
        foreach (var layer in layers)
        {
            // 1: a unit of the fewest rows that a tile has; 100,000: some with a rest.
            new ConvCase(layer, 2, true, GemmActivation.Relu, 5).Check(SimdSupport.Best, _three, new StopSignal(unitSteps: 1));
            new ConvCase(layer, 1, true, GemmActivation.None, 6).Check(SimdSupport.Best, _one, new StopSignal(unitSteps: 100_000));
        }
    }

    [Fact]
    public void AllProducts_WhenRepeated_AllocateNothing()
    {
        foreach (var channelsFirst in new[] { false, true })
        {
            var g = new ConvGeometry(6, 14, 14, 20, 3, 3) { PadTop = 1, PadLeft = 1, StrideX = 2, StrideY = 2, Groups = 2, ChannelsFirst = channelsFirst };
            var convolution = new CpuConvolution(g, SimdSupport.Best, _one);
            float[] x = new float[2 * g.InputLength], y = new float[2 * g.OutputLength], w = new float[g.WeightLength], b = new float[g.Filters];
            long before = 0;
            for (var run = 0; run < 2; run++)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                convolution.Prepare(w, b);
                convolution.Forward(2, x, y);
                convolution.InputGradient(2, w, y, x);
                convolution.WeightGradient(2, x, y, w, b);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Constructor_WhenGeometryIsWrong_NamesWhatIsAllowed()
    {
        var g = new ConvGeometry(4, 5, 5, 4, 3, 3);
        Fails(g with { Groups = 3 }, "groups is 3; it must divide 4 channels");
        Fails(g with { StrideX = 0 }, "strides are [1, 0]");
        Fails(g with { DilationY = 0 }, "dilations are [0, 1]");
        Fails(g with { PadLeft = -1 }, "paddings are [0, -1, 0, 0]");
        Fails(g with { DilationY = 3 }, "filter is larger than the input");
        Fails(g with { Height = 0 }, "every size must be at least 1");
        Fails(g with { Height = 40_000, Width = 40_000 }, "larger than");
        void Fails(ConvGeometry wrong, string message) => Assert.Contains(
            message, Assert.Throws<ShapeMismatchException>(() => new CpuConvolution(wrong, SimdLevel.Scalar, _one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_WhenSpanIsShort_NamesIt()
    {
        var convolution = new CpuConvolution(new ConvGeometry(1, 3, 3, 1, 1, 1), SimdLevel.Scalar, _one);
        Assert.Throws<InvalidOperationException>(() => convolution.Forward(1, new float[9], new float[9]));
        convolution.Prepare([1f], []);
        Assert.Contains("input has 8", Assert.Throws<ArgumentException>(() => convolution.Forward(1, new float[8], new float[9])).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }

    private static bool Fits(ConvGeometry g) =>
        ((g.KernelHeight - 1) * g.DilationY) + 1 <= g.PaddedHeight && ((g.KernelWidth - 1) * g.DilationX) + 1 <= g.PaddedWidth;
}
