using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OrleansCompute.Tensors.Operators.Elementwise;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Comparisons whose results are bytes of 0 and 1, and choices by such bytes. Stateless, allocation-free.</summary>
internal static unsafe class Selections
{
    /// <summary>y[i] = whether the comparison holds for a[i] and b[i]; with NaN none does.</summary>
    public static void Compare<T>(SimdLevel level, Comparison comparison, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        Lengths.Equal(a.Length, b.Length, nameof(b));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        switch (comparison)
        {
            case Comparison.Equal: Compare<T, EqualTo>(level, a, b, y); break;
            case Comparison.Less: Compare<T, LessThan>(level, a, b, y); break;
            case Comparison.LessOrEqual: Compare<T, AtMost>(level, a, b, y); break;
            case Comparison.Greater: Compare<T, LessThan>(level, b, a, y); break;
            default: Compare<T, AtMost>(level, b, a, y); break;
        }
    }

    /// <summary>y[i] = condition[i] ? a[i] : b[i], element by element.</summary>
    public static void Choose<T>(byte* condition, T* a, T* b, T* y, int count)
        where T : unmanaged
    {
        for (var i = 0; i < count; i++)
        {
            y[i] = condition[i] != 0 ? a[i] : b[i];
        }
    }

    /// <summary>The same for elements of 4 bytes, eight at a time.</summary>
    public static void ChooseWords(SimdLevel level, byte* condition, uint* a, uint* b, uint* y, int count)
    {
        var i = 0;
        if (level != SimdLevel.Scalar && Avx2.IsSupported)
        {
            for (; i <= count - 8; i += 8)
            {
                var isFalse = Vector256.Equals(Avx2.ConvertToVector256Int32(condition + i), Vector256<int>.Zero).AsUInt32();
                Vector256.ConditionalSelect(isFalse, Vector256.Load(b + i), Vector256.Load(a + i)).Store(y + i);
            }
        }

        Choose(condition + i, a + i, b + i, y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare<T, TComparison>(SimdLevel level, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IHolds
    {
        fixed (T* left = a, right = b)
        fixed (bool* to = y)
        {
            var i = 0;
            if (level != SimdLevel.Scalar && sizeof(T) == 4 && Bmi2.X64.IsSupported && Vector256.IsHardwareAccelerated)
            {
                // One bit per element, spread to one byte each.
                for (; i <= a.Length - 8; i += 8)
                {
                    var bits = Vector256.ExtractMostSignificantBits(TComparison.Holds(Vector256.Load(left + i), Vector256.Load(right + i)));
                    *(ulong*)(to + i) = Bmi2.X64.ParallelBitDeposit(bits, 0x0101_0101_0101_0101);
                }
            }

            for (; i < a.Length; i++)
            {
                to[i] = TComparison.Holds(left[i], right[i]);
            }
        }
    }

    private interface IHolds
    {
        static abstract bool Holds<T>(T left, T right)
            where T : unmanaged, INumber<T>;

        static abstract Vector256<T> Holds<T>(Vector256<T> left, Vector256<T> right)
            where T : unmanaged, INumber<T>;
    }

    private readonly struct EqualTo : IHolds
    {
        public static bool Holds<T>(T left, T right)
            where T : unmanaged, INumber<T> => left == right;

        public static Vector256<T> Holds<T>(Vector256<T> left, Vector256<T> right)
            where T : unmanaged, INumber<T> => Vector256.Equals(left, right);
    }

    private readonly struct LessThan : IHolds
    {
        public static bool Holds<T>(T left, T right)
            where T : unmanaged, INumber<T> => left < right;

        public static Vector256<T> Holds<T>(Vector256<T> left, Vector256<T> right)
            where T : unmanaged, INumber<T> => Vector256.LessThan(left, right);
    }

    private readonly struct AtMost : IHolds
    {
        public static bool Holds<T>(T left, T right)
            where T : unmanaged, INumber<T> => left <= right;

        public static Vector256<T> Holds<T>(Vector256<T> left, Vector256<T> right)
            where T : unmanaged, INumber<T> => Vector256.LessThanOrEqual(left, right);
    }
}
