using System.Diagnostics.CodeAnalysis;

namespace OrleansCompute.Tensors.Shapes;

/// <summary>Facts about element types. Thread-safe.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element: 1, 2, 4 or 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an element type.</exception>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"Element type {(int)type} is not known; allowed: {string.Join(", ", Enum.GetNames<ElementType>())}."),
    };

    /// <summary>Whether it is one of the four floating-point types, the ones that can have gradients.</summary>
    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>Whether it is one of the eight integer types (bool is none).</summary>
    public static bool IsInteger(this ElementType type) => !type.IsFloatingPoint() && type is not (ElementType.Bool or ElementType.Undefined);

    /// <summary>The .NET type of one element; bfloat16 is <see cref="BFloat16"/>, float16 <see cref="Half"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an element type.</exception>
    public static Type ClrType(this ElementType type) => type switch
    {
        ElementType.Float32 => typeof(float),
        ElementType.UInt8 => typeof(byte),
        ElementType.Int8 => typeof(sbyte),
        ElementType.UInt16 => typeof(ushort),
        ElementType.Int16 => typeof(short),
        ElementType.Int32 => typeof(int),
        ElementType.Int64 => typeof(long),
        ElementType.Bool => typeof(bool),
        ElementType.Float16 => typeof(Half),
        ElementType.Float64 => typeof(double),
        ElementType.UInt32 => typeof(uint),
        ElementType.UInt64 => typeof(ulong),
        ElementType.BFloat16 => typeof(BFloat16),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"Element type {(int)type} is not known."),
    };

    /// <summary>The element type of a .NET type.</summary>
    /// <exception cref="ArgumentException">No element type has this .NET type.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "Asked for by type.")]
    public static ElementType Of<T>()
        where T : unmanaged
    {
        // Every kernel call asks: comparisons that the compiler answers, and nothing is allocated.
        return typeof(T) == typeof(float) ? ElementType.Float32
            : typeof(T) == typeof(int) ? ElementType.Int32
            : typeof(T) == typeof(long) ? ElementType.Int64
            : typeof(T) == typeof(byte) ? ElementType.UInt8
            : typeof(T) == typeof(sbyte) ? ElementType.Int8
            : typeof(T) == typeof(bool) ? ElementType.Bool
            : typeof(T) == typeof(double) ? ElementType.Float64
            : typeof(T) == typeof(Half) ? ElementType.Float16
            : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
            : typeof(T) == typeof(short) ? ElementType.Int16
            : typeof(T) == typeof(ushort) ? ElementType.UInt16
            : typeof(T) == typeof(uint) ? ElementType.UInt32
            : typeof(T) == typeof(ulong) ? ElementType.UInt64
            : throw new ArgumentException($"{typeof(T).Name} is not the type of a tensor's elements.", nameof(T));
    }
}
