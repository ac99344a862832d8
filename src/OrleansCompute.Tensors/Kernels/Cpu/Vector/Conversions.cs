using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Conversion between element types, as C, NumPy and ONNX have it: fractions are cut off, whole numbers that do not fit lose their upper
/// bits, floats beyond a whole type's range saturate and NaN becomes 0, anything but 0 is true. float16 and bfloat16 round to nearest
/// even. Between float32, float64 and whole numbers it is System.Numerics.Tensors that converts. Stateless, allocation-free.
/// </summary>
internal static class Conversions
{
    // Floats on the stack for types that convert through float32: 4 KB.
    private const int Chunk = 1024;

    /// <summary>Converts all elements of x, as raw memory of their types.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, or a type is Undefined.</exception>
    public static void Convert(SimdLevel level, ElementType fromType, ReadOnlySpan<byte> x, ElementType toType, Span<byte> y)
    {
        var (from, to) = (SizeOf(fromType), SizeOf(toType));
        Lengths.Multiple(x.Length, from, nameof(x));
        Lengths.Exactly((long)x.Length / from * to, y.Length, nameof(y));
        if (fromType == toType)
        {
            x.CopyTo(y);
            return;
        }

        switch (fromType)
        {
            case ElementType.Float32: From<float>(level, x, toType, y); break;
            case ElementType.Float64: From<double>(level, x, toType, y); break;
            case ElementType.Float16: From<Half>(level, x, toType, y); break;
            case ElementType.Int8: From<sbyte>(level, x, toType, y); break;
            case ElementType.Int16: From<short>(level, x, toType, y); break;
            case ElementType.Int32: From<int>(level, x, toType, y); break;
            case ElementType.Int64: From<long>(level, x, toType, y); break;
            case ElementType.UInt16: From<ushort>(level, x, toType, y); break;
            case ElementType.UInt32: From<uint>(level, x, toType, y); break;
            case ElementType.UInt64: From<ulong>(level, x, toType, y); break;
            case ElementType.BFloat16: FromBFloat16(level, MemoryMarshal.Cast<byte, ushort>(x), toType, y, to); break;
            default: From<byte>(level, x, toType, y); break;
        }
    }

    /// <summary>Bytes of an element.</summary>
    /// <exception cref="ArgumentException">The type has no elements.</exception>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Bool or ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 => 8,
        _ => throw new ArgumentException($"type is {type}; only types with elements can be converted.", nameof(type)),
    };

    private static void From<TFrom>(SimdLevel level, ReadOnlySpan<byte> x, ElementType toType, Span<byte> y)
        where TFrom : unmanaged, INumberBase<TFrom>
    {
        var values = MemoryMarshal.Cast<byte, TFrom>(x);
        switch (toType)
        {
            case ElementType.Float32: To<TFrom, float>(values, y); break;
            case ElementType.Float64: To<TFrom, double>(values, y); break;
            case ElementType.Float16: To<TFrom, Half>(values, y); break;
            case ElementType.Int8: To<TFrom, sbyte>(values, y); break;
            case ElementType.UInt8: To<TFrom, byte>(values, y); break;
            case ElementType.Int16: To<TFrom, short>(values, y); break;
            case ElementType.Int32: To<TFrom, int>(values, y); break;
            case ElementType.Int64: To<TFrom, long>(values, y); break;
            case ElementType.UInt16: To<TFrom, ushort>(values, y); break;
            case ElementType.UInt32: To<TFrom, uint>(values, y); break;
            case ElementType.UInt64: To<TFrom, ulong>(values, y); break;
            case ElementType.BFloat16: ToBFloat16(level, values, MemoryMarshal.Cast<byte, ushort>(y)); break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    y[i] = TFrom.IsZero(values[i]) ? (byte)0 : (byte)1;
                }

                break;
        }
    }

    private static void To<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<byte> y)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        var to = MemoryMarshal.Cast<byte, TTo>(y);
        if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(Half))
        {
            TensorPrimitives.ConvertToHalf(Same<TFrom, float>(x), MemoryMarshal.Cast<byte, Half>(y));
        }
        else if (typeof(TFrom) == typeof(Half) && typeof(TTo) == typeof(float))
        {
            TensorPrimitives.ConvertToSingle(Same<TFrom, Half>(x), MemoryMarshal.Cast<byte, float>(y));
        }
        else if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(int))
        {
            Cut(Same<TFrom, float>(x), MemoryMarshal.Cast<byte, int>(y));
        }
        else
        {
            TensorPrimitives.ConvertTruncating(x, to);
        }
    }

    /// <summary>float32 to int32 by vectors, which saturate as well; the library does it one by one.</summary>
    private static void Cut(ReadOnlySpan<float> x, Span<int> y)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            Vector256.ConvertToInt32(Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = int.CreateTruncating(x[i]);
        }
    }

    private static void ToBFloat16<TFrom>(SimdLevel level, ReadOnlySpan<TFrom> x, Span<ushort> y)
        where TFrom : unmanaged, INumberBase<TFrom>
    {
        if (typeof(TFrom) == typeof(float))
        {
            BFloat16Codec.FromSingle(level, Same<TFrom, float>(x), y);
            return;
        }

        Span<float> floats = stackalloc float[Chunk];
        for (var at = 0; at < x.Length; at += Chunk)
        {
            var part = floats[..Math.Min(Chunk, x.Length - at)];
            TensorPrimitives.ConvertTruncating(x.Slice(at, part.Length), part);
            BFloat16Codec.FromSingle(level, part, y.Slice(at, part.Length));
        }
    }

    private static void FromBFloat16(SimdLevel level, ReadOnlySpan<ushort> x, ElementType toType, Span<byte> y, int size)
    {
        if (toType == ElementType.Float32)
        {
            BFloat16Codec.ToSingle(level, x, MemoryMarshal.Cast<byte, float>(y));
            return;
        }

        Span<float> floats = stackalloc float[Chunk];
        for (var at = 0; at < x.Length; at += Chunk)
        {
            var part = floats[..Math.Min(Chunk, x.Length - at)];
            BFloat16Codec.ToSingle(level, x.Slice(at, part.Length), part);
            From<float>(level, MemoryMarshal.AsBytes(part), toType, y.Slice(at * size, part.Length * size));
        }
    }

    private static ReadOnlySpan<TTo> Same<TFrom, TTo>(ReadOnlySpan<TFrom> x)
        where TFrom : unmanaged
        where TTo : unmanaged => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(x)), x.Length);
}
