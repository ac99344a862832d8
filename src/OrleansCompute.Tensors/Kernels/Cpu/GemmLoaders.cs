using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Reads elements of one storage type as float32.</summary>
internal unsafe interface IGemmLoader
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>One element.</summary>
    static abstract float One(byte* source);

    /// <summary>8 elements.</summary>
    static abstract Vector256<float> Eight(byte* source);

    /// <summary>16 elements.</summary>
    static abstract Vector512<float> Sixteen(byte* source);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Loader : IGemmLoader
{
    public static int Bytes => 4;

    public static float One(byte* source) => *(float*)source;

    public static Vector256<float> Eight(byte* source) => Vector256.Load((float*)source);

    public static Vector512<float> Sixteen(byte* source) => Vector512.Load((float*)source);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Loader : IGemmLoader
{
    public static int Bytes => 2;

    public static float One(byte* source) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load((ushort*)source));
        return (Vector256.Create(low, high) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen(byte* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load((ushort*)source));
        return (Vector512.Create(low, high) << 16).AsSingle();
    }
}

/// <summary>
/// float16. The bits are moved to their float32 places and multiplied by 2^112, which corrects the exponent's bias and turns
/// subnormal halves into normal floats; infinities and NaN get the largest exponent.
/// </summary>
internal readonly unsafe struct Float16Loader : IGemmLoader
{
    public static int Bytes => 2;

    public static float One(byte* source) => (float)*(Half*)source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load((ushort*)source));
        var bits = Vector256.Create(low, high);
        var magnitude = bits & Vector256.Create(0x7fffu);
        var special = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7bff)).AsUInt32() & Vector256.Create(0x7f80_0000u);
        var value = (magnitude << 13).AsSingle() * Vector256.Create(5.192296858534828e33f);
        return ((value.AsUInt32() | special) | ((bits & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen(byte* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load((ushort*)source));
        var bits = Vector512.Create(low, high);
        var magnitude = bits & Vector512.Create(0x7fffu);
        var special = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7bff)).AsUInt32() & Vector512.Create(0x7f80_0000u);
        var value = (magnitude << 13).AsSingle() * Vector512.Create(5.192296858534828e33f);
        return ((value.AsUInt32() | special) | ((bits & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }
}
