using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>Sizes, and floats as bits.</summary>
public static class Interop
{
    /// <summary>Bytes of a type.</summary>
    public static int SizeOf<T>()
        where T : unmanaged =>
        Unsafe.SizeOf<T>();

    /// <summary>Bytes of a value.</summary>
    public static int SizeOf<T>(T structure)
        where T : unmanaged =>
        Unsafe.SizeOf<T>();

    /// <summary>Where a field begins, in bytes.</summary>
    public static int OffsetOf<T>(string fieldName)
        where T : unmanaged =>
        Marshal.OffsetOf<T>(fieldName).ToInt32();

    /// <summary>The bits of a float.</summary>
    public static uint FloatAsInt(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>The bits of a double.</summary>
    public static ulong FloatAsInt(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>The float of these bits.</summary>
    public static float IntAsFloat(uint value) => BitConverter.UInt32BitsToSingle(value);

    /// <summary>The double of these bits.</summary>
    public static double IntAsFloat(ulong value) => BitConverter.UInt64BitsToDouble(value);
}
