using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

public sealed class CpuGemmTests : IDisposable
{
    private static readonly Gen<GemmCase> Cases =
        from rows in Size
        from columns in Size
        from depth in Size
        from layout in Gen.Choose(0, 3)
        from extra in Gen.Elements(0, 0, 1, 5)
        from storage in Gen.Elements(GemmStorage.Float32, GemmStorage.Float32, GemmStorage.Float16, GemmStorage.BFloat16)
        from activation in Gen.Elements(Enum.GetValues<GemmActivation>())
        from flags in Gen.Choose(0, 15)
        from alpha in Gen.Elements(1f, 1f, -0.5f)
        from seed in Gen.Choose(0, 1_000_000)
        select new GemmCase(
            rows, columns, depth, (layout & 1) != 0, (layout & 2) != 0, extra, storage, activation,
            (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, alpha, (flags & 8) != 0, seed);

    private readonly WorkerTeam _one = new(1, "test");
    private readonly WorkerTeam _three = new(3, "test");

    public static TheoryData<SimdLevel> Levels => [.. Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported)];

    private static Gen<int> Size => Gen.Frequency(
        (4, Gen.Choose(1, 40)), (1, Gen.Choose(41, 150)), (1, Gen.Elements(0, 1, 14, 16, 28, 32, 64)));

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_WhenAnyShapeStrideAndEpilogue_MatchesDefinition(SimdLevel level)
    {
        var gemm = new CpuGemm(level, _one);
        Prop.ForAll(Cases.ToArbitrary(), item => item.Check(gemm, level)).Check(Config.QuickThrowOnFailure.WithMaxTest(250));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_WhenBlocksRepeatInEveryDirection_MatchesDefinition(SimdLevel level)
    {
        foreach (var team in new[] { _one, _three })
        {
            var gemm = new CpuGemm(level, team);
            foreach (var layout in Enumerable.Range(0, 4))
            {
                var item = new GemmCase(
                    190, 170, 700, (layout & 1) != 0, (layout & 2) != 0, layout, GemmStorage.Float32, GemmActivation.Relu, true, true, true, 1f, layout == 3, layout);
                item.Check(gemm, level);
                (item with { Rows = 2100, Columns = 40, Depth = 30, RowBias = false, Activation = GemmActivation.Gelu }).Check(gemm, level);
                (item with { Rows = 40, Columns = 70, Depth = 2100 }).Check(gemm, level);
                (item with { Rows = 20, Columns = 2100, Depth = 60, Accumulate = false, RowBias = false }).Check(gemm, level);

                // All rows in one unit, which packs the panels of two blocks of columns; threads share them.
                (item with { Rows = 60, Columns = 2400, Depth = 70, Prepacked = false }).Check(gemm, level);
            }

            // More units of rows than the threads want: each packs its own, whichever thread it is.
            var high = new GemmCase(
                1030, 66, 545, false, true, 3, GemmStorage.BFloat16, GemmActivation.None, false, false, false, 1f, false, 9);
            high.Check(gemm, level);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_WhenFewColumnsAreLeft_MatchesDefinition(SimdLevel level)
    {
        foreach (var team in new[] { _one, _three })
        {
            var gemm = new CpuGemm(level, team);
            for (var columns = 33; columns <= 41; columns++)
            {
                foreach (var (rows, depth) in new[] { (8, 16), (9, 33), (15, 34), (37, 35), (100, 100) })
                {
                    var item = new GemmCase(
                        rows, columns, depth, false, false, columns % 3, GemmStorage.Float32, GemmActivation.None, false, false, false, 1f, false, columns);
                    item.Check(gemm, level);
                    (item with { Activation = GemmActivation.Gelu, ColumnBias = true, RowBias = true, Accumulate = true, Alpha = -0.5f }).Check(gemm, level);
                }
            }

            // Several blocks of steps and units of rows.
            new GemmCase(310, 101, 2300, false, false, 1, GemmStorage.Float32, GemmActivation.Relu, true, false, false, 1f, false, 4).Check(gemm, level);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Multiply_WhenARowIsNoNumber_LeavesItsNeighboursAlone(SimdLevel level)
    {
        const int Rows = 11, Columns = 35, Depth = 33;
        var gemm = new CpuGemm(level, _one);
        float[] a = KernelAssert.Random(new Random(1), Rows * Depth), b = KernelAssert.Random(new Random(2), Depth * Columns), c = new float[Rows * Columns];
        a.AsSpan(4 * Depth, Depth).Fill(float.NaN);

        gemm.Multiply(new GemmShape(Rows, Columns, Depth), a, b, [], c);

        for (var i = 0; i < c.Length; i++)
        {
            Assert.Equal(i / Columns == 4, float.IsNaN(c[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public unsafe void RunBatch_WhenOperandsRepeatOrAdvance_MatchesSingleProducts(SimdLevel level)
    {
        const int Count = 9, Rows = 33, Columns = 65, Depth = 130;
        var random = new Random(7);
        float[] a = KernelAssert.Random(random, Count * Rows * Depth), b = KernelAssert.Random(random, Count * Depth * Columns);
        foreach (var team in new[] { _one, _three })
        {
            var gemm = new CpuGemm(level, team);
            foreach (var (aStep, bStep) in new[] { (Rows * Depth, Depth * Columns), (0, Depth * Columns), (Rows * Depth, 0) })
            {
                float[] expected = new float[Count * Rows * Columns], actual = new float[expected.Length];
                fixed (float* pa = a, pb = b, pe = expected, px = actual)
                {
                    for (var i = 0; i < Count; i++)
                    {
                        gemm.Run(new GemmArguments(new GemmShape(Rows, Columns, Depth), pa + (i * aStep), pb + (i * bStep), pe + (i * Rows * Columns)));
                    }

                    gemm.RunBatch(new GemmArguments(new GemmShape(Rows, Columns, Depth), pa, pb, px), Count, aStep, bStep, Rows * Columns);
                }

                KernelAssert.Close(expected, actual, $"batch {level} {aStep} {bStep}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Multiply_WithAnyNumberOfThreads_GivesTheSameBits(SimdLevel level)
    {
        foreach (var shape in (GemmShape[])[new(100, 100, 100), new(310, 101, 2300), new(1, 700, 900), new(5, 300, 1000, false, true), new(60, 2400, 70), new(700, 40, 600, true)])
        {
            var random = new Random(5);
            float[] a = [.. Enumerable.Range(0, shape.Rows * shape.Depth).Select(_ => random.NextSingle() - 0.4f)];
            float[] b = [.. Enumerable.Range(0, shape.Depth * shape.Columns).Select(_ => random.NextSingle() - 0.4f)];
            float[] one = new float[shape.Rows * shape.Columns], three = new float[one.Length];
            new CpuGemm(level, _one).Multiply(shape, a, b, [], one);
            new CpuGemm(level, _three).Multiply(shape, a, b, [], three);
            Assert.Equal(one.Select(BitConverter.SingleToInt32Bits), three.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void Multiply_WhenRepeated_AllocatesNothing()
    {
        foreach (var team in new[] { _one, _three })
        {
            var gemm = new CpuGemm(SimdSupport.Best, team);
            float[] a = new float[300 * 200], b = new float[200 * 300], c = new float[300 * 300];
            foreach (var shape in new[] { new GemmShape(300, 300, 200), new GemmShape(1, 300, 200), new GemmShape(3, 200, 300, false, true) })
            {
                gemm.Multiply(shape, a, b, [], c);
                var before = GC.GetAllocatedBytesForCurrentThread();
                gemm.Multiply(shape, a, b, [], c);
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    [Fact]
    public unsafe void Run_WhenHalvesAreSpecialValues_KeepsThem()
    {
        Half[] values = [Half.PositiveInfinity, Half.NegativeInfinity, Half.NaN, Half.Epsilon, (Half)(-6e-8), Half.MaxValue, Half.MinValue, (Half)0f];
        var source = Enumerable.Range(0, 40).Select(i => values[i % values.Length]).ToArray();
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported))
        {
            float[] one = [1f], c = new float[source.Length];
            fixed (Half* b = source)
            fixed (float* a = one, pc = c)
            {
                new CpuGemm(level, _one).Run(
                    new GemmArguments(new GemmShape(1, source.Length, 1), a, null, pc) { B = b, BStorage = GemmStorage.Float16 });
            }

            Assert.Equal(source.Select(value => (float)value), c);
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }
}
