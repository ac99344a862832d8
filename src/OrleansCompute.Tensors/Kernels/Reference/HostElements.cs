using System.Numerics;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// Reads and writes tensors of any element type through two types that hold them all: double for floating point, Int128 for integers and
/// bool. Slow, and the same for every type: what reference kernels want.
/// </summary>
internal static class HostElements
{
    /// <summary>All elements as doubles, in order; the tensor may be a view.</summary>
    public static double[] Reals(Tensor tensor) => Read(tensor, double.CreateTruncating, ToDouble);

    /// <summary>All elements as integers, in order; fractions are cut off; bool is 0 or 1.</summary>
    public static Int128[] Integers(Tensor tensor) => Read(tensor, Int128.CreateTruncating, value => Int128.CreateTruncating(ToDouble(value)));

    /// <summary>All elements of an integer tensor as ints, for shapes and axes.</summary>
    /// <exception cref="ShapeMismatchException">A value does not fit.</exception>
    public static int[] Ints(Tensor tensor) => Array.ConvertAll(Integers(tensor), value => value >= int.MinValue && value <= int.MaxValue
        ? (int)value
        : throw new ShapeMismatchException($"{tensor} holds {value}, which does not fit 32 bits."));

    /// <summary>Writes doubles, rounded to the tensor's type; to an integer type fractions are cut off.</summary>
    public static void StoreReals(Tensor tensor, ReadOnlySpan<double> values)
    {
        switch (tensor.ElementType)
        {
            case ElementType.Float16: Store(tensor, values, value => (Half)value); break;
            case ElementType.BFloat16: Store(tensor, values, value => BFloat16.FromSingle((float)value)); break;
            case ElementType.Bool: Store(tensor, values, value => value != 0); break;
            default: StoreNumbers(tensor, values); break;
        }
    }

    /// <summary>Writes integers; what does not fit loses its upper bits, as integer arithmetic does.</summary>
    public static void StoreIntegers(Tensor tensor, ReadOnlySpan<Int128> values)
    {
        switch (tensor.ElementType)
        {
            case ElementType.Float16: Store(tensor, values, value => (Half)(double)value); break;
            case ElementType.BFloat16: Store(tensor, values, value => BFloat16.FromSingle((float)value)); break;
            case ElementType.Bool: Store(tensor, values, value => value != 0); break;
            default: StoreNumbers(tensor, values); break;
        }
    }

    private static double ToDouble(object value) => value switch
    {
        Half half => (double)half,
        BFloat16 brain => brain.ToSingle(),
        _ => (bool)value ? 1 : 0,
    };

    private static TTo[] Read<TTo>(Tensor tensor, Func<double, TTo> fromReal, Func<object, TTo> fromOther)
        where TTo : INumber<TTo>
    {
        using var dense = tensor.Contiguous();
        return dense.ElementType switch
        {
            ElementType.Float32 => Numbers<float, TTo>(dense),
            ElementType.Float64 => Numbers<double, TTo>(dense),
            ElementType.UInt8 => Numbers<byte, TTo>(dense),
            ElementType.Int8 => Numbers<sbyte, TTo>(dense),
            ElementType.UInt16 => Numbers<ushort, TTo>(dense),
            ElementType.Int16 => Numbers<short, TTo>(dense),
            ElementType.UInt32 => Numbers<uint, TTo>(dense),
            ElementType.Int32 => Numbers<int, TTo>(dense),
            ElementType.UInt64 => Numbers<ulong, TTo>(dense),
            ElementType.Int64 => Numbers<long, TTo>(dense),
            ElementType.Float16 => Map(dense.AsSpan<Half>(), value => fromOther(value)),
            ElementType.BFloat16 => Map(dense.AsSpan<BFloat16>(), value => fromOther(value)),
            _ => Map(dense.AsSpan<bool>(), value => fromReal(value ? 1 : 0)),
        };
    }

    private static TTo[] Numbers<TFrom, TTo>(Tensor tensor)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : INumber<TTo> => Map(tensor.AsSpan<TFrom>(), TTo.CreateTruncating);

    private static TTo[] Map<TFrom, TTo>(ReadOnlySpan<TFrom> values, Func<TFrom, TTo> convert)
    {
        var result = new TTo[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(values[i]);
        }

        return result;
    }

    private static void StoreNumbers<TFrom>(Tensor tensor, ReadOnlySpan<TFrom> values)
        where TFrom : INumber<TFrom>
    {
        switch (tensor.ElementType)
        {
            case ElementType.Float32: Store(tensor, values, float.CreateTruncating); break;
            case ElementType.Float64: Store(tensor, values, double.CreateTruncating); break;
            case ElementType.UInt8: Store(tensor, values, byte.CreateTruncating); break;
            case ElementType.Int8: Store(tensor, values, sbyte.CreateTruncating); break;
            case ElementType.UInt16: Store(tensor, values, ushort.CreateTruncating); break;
            case ElementType.Int16: Store(tensor, values, short.CreateTruncating); break;
            case ElementType.UInt32: Store(tensor, values, uint.CreateTruncating); break;
            case ElementType.Int32: Store(tensor, values, int.CreateTruncating); break;
            case ElementType.UInt64: Store(tensor, values, ulong.CreateTruncating); break;
            default: Store(tensor, values, long.CreateTruncating); break;
        }
    }

    private static void Store<TFrom, TTo>(Tensor tensor, ReadOnlySpan<TFrom> values, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var to = tensor.AsSpan<TTo>();
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = convert(values[i]);
        }
    }
}
