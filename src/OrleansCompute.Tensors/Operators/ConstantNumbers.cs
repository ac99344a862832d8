using System.Numerics;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators;

/// <summary>Reads integers from tensors that steer an operator: shapes, axes, starts. They come from model files: nothing is trusted.</summary>
internal static class ConstantNumbers
{
    /// <summary>Most numbers that steer one operator: far more than dimensions.</summary>
    private const int MaxCount = 1 << 16;

    /// <summary>An input's integers if it is constant, else null.</summary>
    /// <exception cref="ShapeMismatchException">It holds no integers.</exception>
    public static long[]? Numbers(this OperatorInputs inputs, int index) =>
        inputs.Has(index) && inputs.Constant(index) is { } tensor ? Read(tensor) : null;

    /// <summary>An input's integers if it is constant, cut to the range of int, else null.</summary>
    /// <exception cref="ShapeMismatchException">It holds no integers.</exception>
    public static int[]? SmallNumbers(this OperatorInputs inputs, int index) =>
        inputs.Numbers(index) is { } values ? Array.ConvertAll(values, value => (int)Math.Clamp(value, int.MinValue, int.MaxValue)) : null;

    /// <summary>An input's real numbers if it is constant, else null.</summary>
    /// <exception cref="ShapeMismatchException">It holds no floating-point numbers.</exception>
    public static double[]? Reals(this OperatorInputs inputs, int index) =>
        inputs.Has(index) && inputs.Constant(index) is { } tensor ? ReadReals(tensor) : null;

    /// <summary>All elements of an integer tensor in host memory.</summary>
    /// <exception cref="ShapeMismatchException">It holds no integers.</exception>
    public static long[] Read(Tensor tensor)
    {
        RequireFew(tensor);
        using var dense = tensor.Contiguous();
        return dense.ElementType switch
        {
            ElementType.Int64 => dense.AsSpan<long>().ToArray(),
            ElementType.Int32 => Convert<int, long>(dense.AsSpan<int>()),
            ElementType.UInt8 => Convert<byte, long>(dense.AsSpan<byte>()),
            ElementType.Int8 => Convert<sbyte, long>(dense.AsSpan<sbyte>()),
            ElementType.Int16 => Convert<short, long>(dense.AsSpan<short>()),
            ElementType.UInt16 => Convert<ushort, long>(dense.AsSpan<ushort>()),
            ElementType.UInt32 => Convert<uint, long>(dense.AsSpan<uint>()),
            ElementType.UInt64 => Convert<ulong, long>(dense.AsSpan<ulong>()),
            _ => throw new ShapeMismatchException($"{tensor} must hold integers."),
        };
    }

    /// <summary>All elements of a floating-point tensor in host memory.</summary>
    /// <exception cref="ShapeMismatchException">It holds no floating-point numbers.</exception>
    public static double[] ReadReals(Tensor tensor)
    {
        RequireFew(tensor);
        using var dense = tensor.Contiguous();
        return dense.ElementType switch
        {
            ElementType.Float32 => Convert<float, double>(dense.AsSpan<float>()),
            ElementType.Float64 => dense.AsSpan<double>().ToArray(),
            ElementType.Float16 => Convert<Half, double>(dense.AsSpan<Half>()),
            _ => throw new ShapeMismatchException($"{tensor} must hold floating-point numbers."),
        };
    }

    private static void RequireFew(Tensor tensor)
    {
        if (tensor.Shape.Elements > MaxCount)
        {
            throw new ShapeMismatchException($"{tensor} steers an operator; allowed up to {MaxCount} numbers.");
        }
    }

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> values)
        where TFrom : INumber<TFrom>
        where TTo : INumber<TTo>
    {
        var result = new TTo[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = TTo.CreateSaturating(values[i]);
        }

        return result;
    }
}
