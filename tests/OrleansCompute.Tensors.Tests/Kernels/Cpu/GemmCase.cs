using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

/// <summary>One product with every freedom that the kernels offer, and its slow definition.</summary>
internal sealed record GemmCase(
    int Rows,
    int Columns,
    int Depth,
    bool TransposeA,
    bool TransposeB,
    int ExtraStride,
    GemmStorage Storage,
    GemmActivation Activation,
    bool Accumulate,
    bool ColumnBias,
    bool RowBias,
    float Alpha,
    bool Prepacked,
    int Seed)
{
    private const float Untouched = 12345f;

    /// <summary>Runs the product and compares all of C, and that nothing between its rows was written.</summary>
    public unsafe void Check(CpuGemm gemm, SimdLevel level)
    {
        var random = new Random(Seed);
        int aRows = TransposeA ? Depth : Rows, aColumns = TransposeA ? Rows : Depth;
        int bRows = TransposeB ? Columns : Depth, bColumns = TransposeB ? Depth : Columns;
        int aStride = aColumns + ExtraStride, bStride = bColumns + ExtraStride, cStride = Columns + ExtraStride;
        float[] a = Stored(KernelAssert.Random(random, Length(aRows, aColumns, aStride))), b = Stored(KernelAssert.Random(random, Length(bRows, bColumns, bStride)));
        float[] columnBias = KernelAssert.Random(random, Columns), rowBias = KernelAssert.Random(random, Rows);
        var c = new float[Rows * cStride];
        var old = KernelAssert.Random(random, c.Length);
        for (var i = 0; i < c.Length; i++)
        {
            c[i] = i % cStride < Columns ? old[i] : Untouched;
        }

        ushort[] a16 = Half(a), b16 = Half(b);
        fixed (float* pa = a, pb = b, pc = c, pColumn = columnBias, pRow = rowBias)
        fixed (ushort* pa16 = a16, pb16 = b16)
        {
            var g = new GemmArguments(new GemmShape(Rows, Columns, Depth, TransposeA, TransposeB), pa, pb, pc)
            {
                A = Storage == GemmStorage.Float32 ? pa : pa16,
                B = Storage == GemmStorage.Float32 ? pb : pb16,
                AStorage = Storage,
                BStorage = Storage,
                AStride = aStride,
                BStride = bStride,
                CStride = cStride,
                Alpha = Alpha,
                Accumulate = Accumulate,
                ColumnBias = ColumnBias ? pColumn : null,
                RowBias = RowBias ? pRow : null,
                Activation = Activation,
            };
            if (Prepacked && Depth > 0 && Columns > 0)
            {
                g.PackedB = new GemmPackedB(level);
                g.PackedB.Pack(Depth, Columns, g.B, bStride, TransposeB, Storage);
                g.B = null;
            }

            gemm.Run(g);
        }

        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < cStride; column++)
            {
                var at = (row * cStride) + column;
                if (column >= Columns)
                {
                    Assert.True(c[at] == Untouched, $"{this}: wrote between the rows at {row}, {column}");
                    continue;
                }

                double sum = 0;
                for (var k = 0; k < Depth; k++)
                {
                    sum += (double)a[TransposeA ? (k * aStride) + row : (row * aStride) + k] * b[TransposeB ? (column * bStride) + k : (k * bStride) + column];
                }

                sum = (sum * Alpha) + (ColumnBias ? columnBias[column] : 0) + (RowBias ? rowBias[row] : 0) + (Accumulate ? old[at] : 0);
                var expected = Activate(Activation, sum);
                Assert.True(
                    Math.Abs(expected - c[at]) <= 3e-6 * Math.Max(8, Math.Sqrt(Depth) * 3),
                    $"{this} at {level}: [{row}, {column}] is {c[at]}, expected {expected}");
            }
        }
    }

    /// <summary>The activations by their definitions in double precision; erf by its series and continued fraction.</summary>
    public static double Activate(GemmActivation activation, double x) => activation switch
    {
        GemmActivation.Relu => Math.Max(x, 0),
        GemmActivation.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        GemmActivation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        GemmActivation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        GemmActivation.Tanh => Math.Tanh(x),
        GemmActivation.Silu => x / (1 + Math.Exp(-x)),
        GemmActivation.Relu6 => Math.Clamp(x, 0, 6),
        GemmActivation.HardSwish => x * Math.Clamp((x / 6) + 0.5, 0, 1),
        GemmActivation.HardSigmoid => Math.Clamp((x / 6) + 0.5, 0, 1),
        _ => x,
    };

    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5)
        {
            return Math.Sign(x);
        }

        double term = x, sum = x;
        for (var n = 1; n < 150; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    /// <summary>The shortest memory that holds the matrix: its last row has no gap after it.</summary>
    private static int Length(int rows, int columns, int stride) => rows == 0 || columns == 0 ? 0 : ((rows - 1) * stride) + columns;

    private float[] Stored(float[] values) => Storage switch
    {
        GemmStorage.Float16 => [.. values.Select(value => (float)(Half)value)],
        GemmStorage.BFloat16 => [.. values.Select(value => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xffff))],
        _ => values,
    };

    private ushort[] Half(float[] values) => Storage switch
    {
        GemmStorage.Float16 => [.. values.Select(value => BitConverter.HalfToUInt16Bits((Half)value))],
        GemmStorage.BFloat16 => [.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))],
        _ => [],
    };
}
