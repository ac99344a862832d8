using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Eight dot products of four unsigned by four signed bytes, added to 32-bit sums without saturation.</summary>
internal interface IInt8Dot
{
    /// <summary>sums[i] + left[4i] * right[4i] + ... + left[4i + 3] * right[4i + 3].</summary>
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> left, Vector256<sbyte> right);
}

/// <summary>One instruction (AVX-VNNI).</summary>
internal readonly struct VnniDot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> left, Vector256<sbyte> right) =>
        AvxVnni.MultiplyWideningAndAdd(sums, left, right);
}

/// <summary>
/// AVX2: the even and the odd bytes as 16-bit numbers, two products each. The shorter form with vpmaddubsw saturates: 2 * 255 * 127 does
/// not fit 16 bits.
/// </summary>
internal readonly struct WideningDot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> left, Vector256<sbyte> right)
    {
        var leftEven = (left.AsUInt16() & Vector256.Create((ushort)0xff)).AsInt16();
        var leftOdd = (left.AsUInt16() >>> 8).AsInt16();
        var rightEven = (right.AsInt16() << 8) >> 8;
        var rightOdd = right.AsInt16() >> 8;
        return sums + Avx2.MultiplyAddAdjacent(leftEven, rightEven) + Avx2.MultiplyAddAdjacent(leftOdd, rightOdd);
    }
}
