using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Writes one row of a tile of 32-bit sums in the type that is wanted. Stateless.</summary>
internal static unsafe class Int8Epilogue
{
    /// <summary>Writes <paramref name="count"/> of 16 sums.</summary>
    /// <param name="output">What to write.</param>
    /// <param name="sums">16 sums.</param>
    /// <param name="scales">16 factors.</param>
    /// <param name="bias">16 addends.</param>
    /// <param name="count">Results, 1 to 16.</param>
    /// <param name="to">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(in Int8Output output, int* sums, float* scales, float* bias, int count, void* to)
    {
        const int Columns = Int8Tile.Columns;
        var results = stackalloc float[Columns];
        var bytes = output.ElementBytes * count;
        if (output.Kind == Int8OutputKind.Int32)
        {
            for (var j = 0; output.Relu && j < Columns; j++)
            {
                sums[j] = Math.Max(sums[j], 0);
            }

            Buffer.MemoryCopy(sums, to, bytes, bytes);
            return;
        }

        Vector256<float> left = Scaled(sums, scales, bias), right = Scaled(sums + 8, scales + 8, bias + 8);
        if (output.Kind == Int8OutputKind.Float32)
        {
            if (output.Relu)
            {
                left = Vector256.Max(left, Vector256<float>.Zero);
                right = Vector256.Max(right, Vector256<float>.Zero);
            }

            var whole = count == Columns ? (float*)to : results;
            left.Store(whole);
            right.Store(whole + 8);
            if (count < Columns)
            {
                Buffer.MemoryCopy(results, to, bytes, bytes);
            }

            return;
        }

        // Saturated before the zero point is added, so that no conversion overflows.
        var (smallest, largest) = output.Kind == Int8OutputKind.UInt8 ? (0, 255) : (-128, 127);
        var low = Vector256.Create((float)Math.Max(smallest - output.ZeroPoint, output.Relu ? 0 : int.MinValue));
        var high = Vector256.Create((float)(largest - output.ZeroPoint));
        var zero = Vector256.Create(output.ZeroPoint);
        var numbers = Vector256.Narrow(Rounded(left, low, high) + zero, Rounded(right, low, high) + zero);
        var narrow = Vector128.Narrow(numbers.GetLower(), numbers.GetUpper());
        if (count == Columns)
        {
            narrow.Store((sbyte*)to);
        }
        else
        {
            narrow.Store((sbyte*)results);
            Buffer.MemoryCopy(results, to, bytes, bytes);
        }
    }

    private static Vector256<float> Scaled(int* sums, float* scales, float* bias) =>
        (Vector256.ConvertToSingle(Vector256.Load(sums)) * Vector256.Load(scales)) + Vector256.Load(bias);

    private static Vector256<int> Rounded(Vector256<float> value, Vector256<float> low, Vector256<float> high) =>
        Vector256.ConvertToInt32(Vector256.Round(Vector256.Min(Vector256.Max(value, low), high)));
}
