using System.Runtime.InteropServices;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class ConversionsTests
{
    private static readonly ElementType[] s_types =
    [
        ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int8, ElementType.UInt8,
        ElementType.Int16, ElementType.UInt16, ElementType.Int32, ElementType.UInt32, ElementType.Int64, ElementType.UInt64,
        ElementType.Bool,
    ];

    public static TheoryData<ElementType, ElementType> Pairs()
    {
        var pairs = new TheoryData<ElementType, ElementType>();
        foreach (var from in s_types)
        {
            foreach (var to in s_types)
            {
                pairs.Add(from, to);
            }
        }

        return pairs;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Convert_OfNumbersThatFitBoth_KeepsThem(ElementType from, ElementType to)
    {
        var signed = !IsUnsigned(from) && !IsUnsigned(to);
        var largest = from == ElementType.Bool ? 1 : 100;
        double[] numbers = [.. Enumerable.Range(0, 137).Select(i => (double)((i * 37 % (largest + 1)) * (signed && i % 2 == 1 ? -1 : 1)))];
        foreach (var level in SimdLevels.Supported)
        {
            var x = Encode(from, numbers);
            var y = new byte[numbers.Length * Conversions.SizeOf(to)];
            Conversions.Convert(level, from, x, to, y);
            var expected = to == ElementType.Bool ? numbers.Select(v => v == 0 ? 0.0 : 1.0) : numbers;
            Assert.Equal(expected, Decode(to, y));
        }
    }

    [Fact]
    public void Convert_OfFractionsAndExtremes_CutsSaturatesAndWraps()
    {
        Assert.Equal([1.0, -1.0, 127.0, -128.0, 0.0], Through(ElementType.Float32, ElementType.Int8, [1.9, -1.9, 300, -300, double.NaN]));
        Assert.Equal([0.0, 255.0], Through(ElementType.Float64, ElementType.UInt8, [-3.5, 1e30]));
        Assert.Equal([44.0, -1.0], Through(ElementType.Int32, ElementType.Int8, [300, 0xFFFF]));
        Assert.Equal([1.0, 1.0, 0.0], Through(ElementType.Float32, ElementType.Bool, [0.1, double.NaN, -0.0]));
        Assert.Equal([65504.0, double.PositiveInfinity], Through(ElementType.Float32, ElementType.Float16, [65519, 65520]));
    }

    [Fact]
    public void BFloat16_OfAllKindsOfFloats_RoundsToNearestEven()
    {
        var x = Ulp.AllKinds(20_011);
        foreach (var level in SimdLevels.Supported)
        {
            var y = new ushort[x.Length];
            var back = new float[x.Length];
            BFloat16Codec.FromSingle(level, x, y);
            BFloat16Codec.ToSingle(level, y, back);
            for (var i = 0; i < x.Length; i++)
            {
                var low = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x[i]) & 0xFFFF_0000u);
                var high = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x[i]) & 0xFFFF_0000u) + 0x1_0000u);
                if (float.IsNaN(x[i]))
                {
                    Assert.True(float.IsNaN(back[i]));
                    continue;
                }

                // Beyond the largest number the next bfloat16 is infinity, as if it were 2^128.
                double Finite(float v) => float.IsInfinity(v) ? Math.CopySign(Math.Pow(2, 128), v) : v;
                var (down, up) = (Math.Abs(x[i] - Finite(low)), Math.Abs(Finite(high) - x[i]));
                var even = (BitConverter.SingleToUInt32Bits(low) & 0x1_0000u) == 0 ? low : high;
                var expected = float.IsInfinity(x[i]) || down < up ? low : up < down ? high : even;
                Assert.Equal(expected, back[i]);
            }
        }
    }

    [Fact]
    public void Convert_WhenLengthsOrTypesAreWrong_SaysSo()
    {
        Assert.Throws<ArgumentException>(
            () => Conversions.Convert(default, ElementType.Float32, new byte[6], ElementType.Int8, new byte[1]));
        Assert.Throws<ArgumentException>(
            () => Conversions.Convert(default, ElementType.Float32, new byte[8], ElementType.Int8, new byte[3]));
        Assert.Throws<ArgumentException>(() => Conversions.SizeOf(ElementType.Undefined));
    }

    private static double[] Through(ElementType from, ElementType to, double[] numbers)
    {
        var y = new byte[numbers.Length * Conversions.SizeOf(to)];
        Conversions.Convert(SimdSupport.Best, from, Encode(from, numbers), to, y);
        return Decode(to, y);
    }

    private static bool IsUnsigned(ElementType type) =>
        type is ElementType.Bool or ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64;

    private static byte[] Encode(ElementType type, double[] numbers)
    {
        byte[] Of<TElement>(Func<double, TElement> convert)
            where TElement : unmanaged => MemoryMarshal.AsBytes<TElement>(numbers.Select(convert).ToArray()).ToArray();
        return type switch
        {
            ElementType.Float32 => Of(v => (float)v),
            ElementType.Float64 => Of(v => v),
            ElementType.Float16 => Of(v => (Half)v),
            ElementType.BFloat16 => Of(v => (ushort)(BitConverter.SingleToUInt32Bits((float)v) >> 16)),
            ElementType.Int8 => Of(v => (sbyte)v),
            ElementType.Int16 => Of(v => (short)v),
            ElementType.Int32 => Of(v => (int)v),
            ElementType.Int64 => Of(v => (long)v),
            ElementType.UInt16 => Of(v => (ushort)v),
            ElementType.UInt32 => Of(v => (uint)v),
            ElementType.UInt64 => Of(v => (ulong)v),
            _ => Of(v => (byte)v),
        };
    }

    private static double[] Decode(ElementType type, byte[] bytes)
    {
        double[] Of<TElement>(Func<TElement, double> convert)
            where TElement : unmanaged => [.. MemoryMarshal.Cast<byte, TElement>(bytes).ToArray().Select(convert)];
        return type switch
        {
            ElementType.Float32 => Of<float>(v => v),
            ElementType.Float64 => Of<double>(v => v),
            ElementType.Float16 => Of<Half>(v => (double)v),
            ElementType.BFloat16 => Of<ushort>(v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
            ElementType.Int8 => Of<sbyte>(v => v),
            ElementType.Int16 => Of<short>(v => v),
            ElementType.Int32 => Of<int>(v => v),
            ElementType.Int64 => Of<long>(v => v),
            ElementType.UInt16 => Of<ushort>(v => v),
            ElementType.UInt32 => Of<uint>(v => v),
            ElementType.UInt64 => Of<ulong>(v => v),
            _ => Of<byte>(v => v),
        };
    }
}
