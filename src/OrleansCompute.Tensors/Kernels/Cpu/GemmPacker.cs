using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Copies a strip of an operand into the order in which the tiles read it: step after step, the strip's elements side by side, as
/// float32. Stateless.
/// </summary>
internal static unsafe class GemmPacker
{
    /// <summary>Floats after a packed strip that may be overwritten (vectors are stored whole).</summary>
    public const int Slack = 16;

    /// <summary>Packs <paramref name="count"/> rows or columns.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="storage">Element type of the source.</param>
    /// <param name="sideBySide">Whether the elements of one step lie together in the source, or the steps of one element.</param>
    /// <param name="source">First element.</param>
    /// <param name="stride">Elements between two steps, or between two rows.</param>
    /// <param name="depth">Steps.</param>
    /// <param name="count">Elements of a step, 1 to <paramref name="width"/>.</param>
    /// <param name="width">Floats of a packed step; those past count get any value if count is below 16, else they stay.</param>
    /// <param name="packed">depth * width + <see cref="Slack"/> floats.</param>
    public static void Pack(
        SimdLevel level, GemmStorage storage, bool sideBySide, void* source, nint stride, int depth, int count, int width, float* packed)
    {
        switch (storage)
        {
            case GemmStorage.Float16:
                Pack<Float16Loader>(level, sideBySide, (byte*)source, stride, depth, count, width, packed);
                break;
            case GemmStorage.BFloat16:
                Pack<BFloat16Loader>(level, sideBySide, (byte*)source, stride, depth, count, width, packed);
                break;
            default:
                Pack<Float32Loader>(level, sideBySide, (byte*)source, stride, depth, count, width, packed);
                break;
        }
    }

    /// <summary>The element's address.</summary>
    public static void* At(void* matrix, GemmStorage storage, nint index) =>
        (byte*)matrix + (index * (storage == GemmStorage.Float32 ? sizeof(float) : sizeof(ushort)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<TLoader>(
        SimdLevel level, bool sideBySide, byte* source, nint stride, int depth, int count, int width, float* packed)
        where TLoader : struct, IGemmLoader
    {
        stride *= TLoader.Bytes;
        if (sideBySide)
        {
            if (level == SimdLevel.Vector512 && typeof(TLoader) == typeof(Float32Loader) && width <= 32)
            {
                CopySteps(source, stride, depth, count, width, packed);
                return;
            }

            for (var k = 0; k < depth; k++, source += stride, packed += width)
            {
                Copy<TLoader>(level, source, packed, count);
            }

            return;
        }

        switch (level)
        {
            case SimdLevel.Vector512:
                for (var first = 0; first < count; first += 16)
                {
                    // The last 16 may repeat some of those before: then nothing outside the columns is written.
                    var from = Math.Max(0, Math.Min(first, count - 16));
                    Turn16<TLoader>(source + (from * stride), stride, depth, Math.Min(16, count - from), width, packed + from);
                }

                break;
            case SimdLevel.Vector256:
                for (var first = 0; first < count; first += 8)
                {
                    var from = Math.Max(0, Math.Min(first, count - 8));
                    Turn8<TLoader>(source + (from * stride), stride, depth, Math.Min(8, count - from), width, packed + from);
                }

                break;
            default:
                for (var k = 0; k < depth; k++, packed += width)
                {
                    for (var j = 0; j < count; j++)
                    {
                        packed[j] = TLoader.One(source + (j * stride) + (k * TLoader.Bytes));
                    }
                }

                break;
        }
    }

    /// <summary>Steps of at most 32 floats, a vector or two each: what is stored past a narrow step, the next one overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopySteps(byte* source, nint stride, int depth, int count, int width, float* packed)
    {
        var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count <= 16 ? count : count - 16)).AsSingle();
        if (count <= 16)
        {
            for (var k = 0; k < depth; k++, source += stride, packed += width)
            {
                Avx512F.MaskLoad((float*)source, mask, Vector512<float>.Zero).Store(packed);
            }

            return;
        }

        for (var k = 0; k < depth; k++, source += stride, packed += width)
        {
            var left = Vector512.Load((float*)source);
            var right = Avx512F.MaskLoad((float*)source + 16, mask, Vector512<float>.Zero);
            left.Store(packed);
            right.Store(packed + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy<TLoader>(SimdLevel level, byte* source, float* to, int count)
        where TLoader : struct, IGemmLoader
    {
        var j = 0;
        if (level != SimdLevel.Scalar && count >= 8)
        {
            for (; level == SimdLevel.Vector512 && j <= count - 16; j += 16)
            {
                TLoader.Sixteen(source + (j * TLoader.Bytes)).Store(to + j);
            }

            for (; j <= count - 8; j += 8)
            {
                TLoader.Eight(source + (j * TLoader.Bytes)).Store(to + j);
            }

            if (j < count)
            {
                // The last 8, some of them for the second time: nothing outside the row is read or written.
                TLoader.Eight(source + ((count - 8) * TLoader.Bytes)).Store(to + count - 8);
            }

            return;
        }

        for (; j < count; j++)
        {
            to[j] = TLoader.One(source + (j * TLoader.Bytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn16<TLoader>(byte* source, nint stride, int depth, int count, int width, float* packed)
        where TLoader : struct, IGemmLoader
    {
        var rows = stackalloc byte*[16];
        for (var i = 0; i < 16; i++)
        {
            rows[i] = source + (Math.Min(i, count - 1) * stride);
        }

        var k = 0;
        for (; k <= depth - 16; k += 16)
        {
            GemmTranspose.Block16<TLoader>(rows, k * TLoader.Bytes, packed + ((nint)k * width), width, 16);
        }

        if (k < depth)
        {
            // Whole vectors of the last steps would read past the end of the matrix.
            var rest = stackalloc float[256];
            var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(depth - k)).AsSingle();
            for (var i = 0; i < count; i++)
            {
                if (typeof(TLoader) == typeof(Float32Loader))
                {
                    Avx512F.MaskLoad((float*)rows[i] + k, mask, Vector512<float>.Zero).Store(rest + (16 * i));
                }
                else
                {
                    Copy<TLoader>(SimdLevel.Vector512, rows[i] + (k * TLoader.Bytes), rest + (16 * i), depth - k);
                }
            }

            for (var i = 0; i < 16; i++)
            {
                rows[i] = (byte*)(rest + (16 * i));
            }

            GemmTranspose.Block16<Float32Loader>(rows, 0, packed + ((nint)k * width), width, depth - k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn8<TLoader>(byte* source, nint stride, int depth, int count, int width, float* packed)
        where TLoader : struct, IGemmLoader
    {
        var rows = stackalloc byte*[8];
        for (var i = 0; i < 8; i++)
        {
            rows[i] = source + (Math.Min(i, count - 1) * stride);
        }

        var k = 0;
        for (; k <= depth - 8; k += 8)
        {
            GemmTranspose.Block8<TLoader>(rows, k * TLoader.Bytes, packed + ((nint)k * width), width, 8);
        }

        if (k < depth)
        {
            var rest = stackalloc float[64];
            for (var i = 0; i < count; i++)
            {
                Copy<TLoader>(SimdLevel.Vector256, rows[i] + (k * TLoader.Bytes), rest + (8 * i), depth - k);
            }

            for (var i = 0; i < 8; i++)
            {
                rows[i] = (byte*)(rest + (8 * i));
            }

            GemmTranspose.Block8<Float32Loader>(rows, 0, packed + ((nint)k * width), width, depth - k);
        }
    }
}
