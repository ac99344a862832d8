using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Linear quantisation to 8 bits (ONNX QuantizeLinear and DequantizeLinear) of [outer, axis, inner], with one scale and zero point per
/// position of the axis (per tensor: axis = 1). Halves round to even, values out of range saturate, NaN becomes the zero point.
/// TByte is sbyte or byte. Stateless, allocation-free.
/// </summary>
internal static class Quantisation
{
    /// <summary>y = saturate(round(x / scale) + zero point).</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="axis">Number of scales.</param>
    /// <param name="inner">Elements that follow each other with the same scale.</param>
    /// <param name="x">[outer, axis, inner].</param>
    /// <param name="scales">One per position of the axis, above 0.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">As long as x.</param>
    public static void Quantise<TByte>(
        SimdLevel level,
        int axis,
        int inner,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<TByte> zeroPoints,
        Span<TByte> y)
        where TByte : unmanaged, IBinaryInteger<TByte>, IMinMaxValue<TByte>
    {
        Check<TByte>(axis, inner, x.Length, y.Length, scales.Length, zeroPoints.Length);
        foreach (var scale in scales)
        {
            if (!(scale > 0f))
            {
                throw new ArgumentException($"scales holds {scale}; allowed are numbers above 0.", nameof(scales));
            }
        }

        var bytes = MemoryMarshal.AsBytes(y);
        for (int at = 0, channel = 0; at < x.Length; at += inner, channel = channel + 1 == axis ? 0 : channel + 1)
        {
            var zero = zeroPoints.IsEmpty ? 0 : int.CreateTruncating(zeroPoints[channel]);
            var (low, high) = (int.CreateTruncating(TByte.MinValue), int.CreateTruncating(TByte.MaxValue));
            QuantiseRun(level, x.Slice(at, inner), scales[channel], zero, low, high, bytes.Slice(at, inner));
        }
    }

    /// <summary>y = (x - zero point) * scale; arguments as those of <see cref="Quantise"/>.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="axis">Number of scales.</param>
    /// <param name="inner">Elements that follow each other with the same scale.</param>
    /// <param name="x">[outer, axis, inner].</param>
    /// <param name="scales">One per position of the axis.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">As long as x.</param>
    public static void Dequantise<TByte>(
        SimdLevel level,
        int axis,
        int inner,
        ReadOnlySpan<TByte> x,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<TByte> zeroPoints,
        Span<float> y)
        where TByte : unmanaged, IBinaryInteger<TByte>, IMinMaxValue<TByte>
    {
        Check<TByte>(axis, inner, x.Length, y.Length, scales.Length, zeroPoints.Length);
        for (int at = 0, channel = 0; at < x.Length; at += inner, channel = channel + 1 == axis ? 0 : channel + 1)
        {
            var zero = zeroPoints.IsEmpty ? 0 : int.CreateTruncating(zeroPoints[channel]);
            if (typeof(TByte) == typeof(sbyte))
            {
                DequantiseRun(level, MemoryMarshal.Cast<TByte, sbyte>(x.Slice(at, inner)), scales[channel], zero, y.Slice(at, inner));
            }
            else
            {
                DequantiseRun(level, MemoryMarshal.Cast<TByte, byte>(x.Slice(at, inner)), scales[channel], zero, y.Slice(at, inner));
            }
        }
    }

    private static void QuantiseRun(SimdLevel level, ReadOnlySpan<float> x, float scale, int zero, int low, int high, Span<byte> y)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        // Clamped before the zero point is added, still in float: no conversion overflows.
        var (floor, ceiling) = (Vector256.Create((float)(low - zero)), Vector256.Create((float)(high - zero)));
        var (divisor, offset) = (Vector256.Create(scale), Vector256.Create(zero));
        var i = 0;
        for (; level != SimdLevel.Scalar && i <= x.Length - 32; i += 32)
        {
            var a = Vector256.Narrow(Steps(ref from, i), Steps(ref from, i + 8));
            var b = Vector256.Narrow(Steps(ref from, i + 16), Steps(ref from, i + 24));
            Vector256.Narrow(a, b).AsByte().StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            var step = Math.Clamp(MathF.Round(x[i] / scale), low - zero, high - zero);
            y[i] = (byte)((float.IsNaN(step) ? 0 : (int)step) + zero);
        }

        Vector256<int> Steps(ref float values, int at)
        {
            var steps = Vector256.Round(Vector256.LoadUnsafe(ref values, (nuint)at) / divisor);
            steps = Vector256.Min(ceiling, Vector256.Max(floor, steps));
            return Vector256.ConvertToInt32(steps) + offset;
        }
    }

    private static void DequantiseRun(SimdLevel level, ReadOnlySpan<sbyte> x, float scale, int zero, Span<float> y)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (factor, offset) = (Vector256.Create(scale), Vector256.Create(zero));
        var i = 0;
        for (; level != SimdLevel.Scalar && i <= x.Length - 16; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            var (first, second) = Vector256.Widen(Vector256.Create(low, high));
            (Vector256.ConvertToSingle(first - offset) * factor).StoreUnsafe(ref to, (nuint)i);
            (Vector256.ConvertToSingle(second - offset) * factor).StoreUnsafe(ref to, (nuint)i + 8);
        }

        for (; i < x.Length; i++)
        {
            y[i] = (x[i] - zero) * scale;
        }
    }

    private static void DequantiseRun(SimdLevel level, ReadOnlySpan<byte> x, float scale, int zero, Span<float> y)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (factor, offset) = (Vector256.Create(scale), Vector256.Create(zero));
        var i = 0;
        for (; level != SimdLevel.Scalar && i <= x.Length - 16; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            var (first, second) = Vector256.Widen(Vector256.Create(low, high));
            (Vector256.ConvertToSingle(first.AsInt32() - offset) * factor).StoreUnsafe(ref to, (nuint)i);
            (Vector256.ConvertToSingle(second.AsInt32() - offset) * factor).StoreUnsafe(ref to, (nuint)i + 8);
        }

        for (; i < x.Length; i++)
        {
            y[i] = (x[i] - zero) * scale;
        }
    }

    private static void Check<TByte>(int axis, int inner, int xLength, int yLength, int scales, int zeroPoints)
    {
        if (typeof(TByte) != typeof(sbyte) && typeof(TByte) != typeof(byte))
        {
            throw new NotSupportedException($"TByte is {typeof(TByte).Name}; allowed are SByte and Byte.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(axis, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        Lengths.Multiple(xLength, (long)axis * inner, "x");
        Lengths.Equal(xLength, yLength, "y");
        Lengths.Equal(axis, scales, nameof(scales));
        if (zeroPoints != 0)
        {
            Lengths.Equal(axis, zeroPoints, nameof(zeroPoints));
        }
    }
}
