using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// bfloat16, the upper half of a float32, kept as its 16 bits: to float exactly, from float rounded to nearest even (NaN stays a quiet
/// NaN). Stateless, allocation-free.
/// </summary>
internal static class BFloat16Codec
{
    public static void ToSingle(SimdLevel level, ReadOnlySpan<ushort> x, Span<float> y)
    {
        Lengths.Equal(x.Length, y.Length, nameof(y));
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; level != SimdLevel.Scalar && i <= x.Length - 16; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            (low << 16).AsSingle().StoreUnsafe(ref to, (nuint)i);
            (high << 16).AsSingle().StoreUnsafe(ref to, (nuint)i + 8);
        }

        for (; i < x.Length; i++)
        {
            y[i] = BitConverter.UInt32BitsToSingle((uint)x[i] << 16);
        }
    }

    public static void FromSingle(SimdLevel level, ReadOnlySpan<float> x, Span<ushort> y)
    {
        Lengths.Equal(x.Length, y.Length, nameof(y));
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; level != SimdLevel.Scalar && i <= x.Length - 16; i += 16)
        {
            var low = Round(Vector256.LoadUnsafe(ref from, (nuint)i));
            var high = Round(Vector256.LoadUnsafe(ref from, (nuint)i + 8));
            Vector256.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(x[i]);
            y[i] = (ushort)((float.IsNaN(x[i]) ? bits | 0x0040_0000u : bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
        }
    }

    private static Vector256<uint> Round(Vector256<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One);
        var quiet = bits | Vector256.Create(0x0040_0000u);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x).AsUInt32(), rounded, quiet) >> 16;
    }
}
