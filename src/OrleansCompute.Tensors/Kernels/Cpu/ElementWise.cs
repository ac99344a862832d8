using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Element-wise loops. They are bound by memory, not arithmetic, so 256-bit vectors serve both SIMD levels. Stateless.
/// </summary>
internal static class ElementWise
{
    public static void Relu(SimdLevel level, ReadOnlySpan<float> input, Span<float> output)
    {
        var i = 0;
        ref var x = ref MemoryMarshal.GetReference(input);
        ref var y = ref MemoryMarshal.GetReference(output[..input.Length]);
        for (; level != SimdLevel.Scalar && i <= input.Length - 8; i += 8)
        {
            Vector256.Max(Vector256.LoadUnsafe(ref x, (nuint)i), Vector256<float>.Zero).StoreUnsafe(ref y, (nuint)i);
        }

        for (; i < input.Length; i++)
        {
            output[i] = MathF.Max(input[i], 0f);
        }
    }

    public static void ReluGradient(SimdLevel level, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        var i = 0;
        ref var y = ref MemoryMarshal.GetReference(output);
        ref var dy = ref MemoryMarshal.GetReference(outputGradient[..output.Length]);
        ref var dx = ref MemoryMarshal.GetReference(inputGradient[..output.Length]);
        for (; level != SimdLevel.Scalar && i <= output.Length - 8; i += 8)
        {
            var positive = Vector256.GreaterThan(Vector256.LoadUnsafe(ref y, (nuint)i), Vector256<float>.Zero);
            (Vector256.LoadUnsafe(ref dy, (nuint)i) & positive).StoreUnsafe(ref dx, (nuint)i);
        }

        for (; i < output.Length; i++)
        {
            inputGradient[i] = output[i] > 0f ? outputGradient[i] : 0f;
        }
    }

    /// <summary>Sums of equally long spans; the result may be one of them.</summary>
    public static void Add(SimdLevel level, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sum)
    {
        var i = 0;
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right[..left.Length]);
        ref var c = ref MemoryMarshal.GetReference(sum[..left.Length]);
        for (; level != SimdLevel.Scalar && i <= left.Length - 8; i += 8)
        {
            (Vector256.LoadUnsafe(ref a, (nuint)i) + Vector256.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref c, (nuint)i);
        }

        for (; i < left.Length; i++)
        {
            sum[i] = left[i] + right[i];
        }
    }

    /// <summary>Adds the sums of the columns of a row-major matrix to <paramref name="sums"/>.</summary>
    public static void AddColumnSums(SimdLevel level, int columns, ReadOnlySpan<float> matrix, Span<float> sums)
    {
        var j = 0;
        var rows = matrix.Length / columns;
        ref var m = ref MemoryMarshal.GetReference(matrix);
        for (; level != SimdLevel.Scalar && j <= columns - 8; j += 8)
        {
            // Two sums, because one chain of additions would wait for its own latency.
            Vector256<float> even = Vector256<float>.Zero, odd = Vector256<float>.Zero;
            var row = 0;
            var at = (nuint)j;
            for (; row < rows - 1; row += 2, at += 2 * (nuint)columns)
            {
                even += Vector256.LoadUnsafe(ref m, at);
                odd += Vector256.LoadUnsafe(ref m, at + (nuint)columns);
            }

            if (row < rows)
            {
                even += Vector256.LoadUnsafe(ref m, at);
            }

            var old = Vector256.Create<float>(sums.Slice(j, 8));
            (old + even + odd).CopyTo(sums[j..]);
        }

        for (; j < columns; j++)
        {
            var sum = 0f;
            for (var row = 0; row < rows; row++)
            {
                sum += matrix[(row * columns) + j];
            }

            sums[j] += sum;
        }
    }
}
