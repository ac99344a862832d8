using OrleansCompute.Tensors.Kernels.Ilgpu;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels.Ilgpu;

public sealed class NarrowNumbersTests
{
    [Fact]
    public void Widen_OfAllBits_IsWhatTheRuntimeSays()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            AssertSame((float)BitConverter.UInt16BitsToHalf((ushort)bits), NarrowNumbers.Widen((ushort)bits, 0), "float16", bits);
            AssertSame(BitConverter.Int32BitsToSingle(bits << 16), NarrowNumbers.Widen((ushort)bits, 1), "bfloat16", bits);
        }
    }

    [Fact]
    public void Narrow_OfNumbersAndThoseHalfwayBetween_RoundsAsTheRuntimeDoes()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            Check((float)BitConverter.UInt16BitsToHalf((ushort)bits));
            Check(BitConverter.Int32BitsToSingle(bits << 16));
        }

        var random = new Random(3);
        for (var i = 0; i < 200_000; i++)
        {
            Check(BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)));
            Check((float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 20))));
        }

        // With its neighbours, and the middle between two of them, where ties go to the even one.
        static void Check(float value)
        {
            foreach (var near in (float[])[value, MathF.BitIncrement(value), MathF.BitDecrement(value), value * (1 + (1 / 2048f)), value * (1 + (1 / 256f))])
            {
                var (half, bits) = ((Half)near, NarrowNumbers.Narrow(near, 0));
                if (Half.IsNaN(half) ? !Half.IsNaN(BitConverter.UInt16BitsToHalf(bits)) : bits != BitConverter.HalfToUInt16Bits(half))
                {
                    Assert.Fail($"{near:R} became float16 {bits:X4}.");
                }

                AssertSame((float)(BFloat16)near, BitConverter.Int32BitsToSingle(NarrowNumbers.Narrow(near, 1) << 16), "bfloat16", BitConverter.SingleToInt32Bits(near));
            }
        }
    }

    private static void AssertSame(float expected, float actual, string what, int bits)
    {
        if (float.IsNaN(expected) ? !float.IsNaN(actual) : BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual))
        {
            Assert.Fail($"{what} of {bits:X}: {actual:R}, not {expected:R}.");
        }
    }
}
