using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Shapes;

public sealed class BFloat16Tests
{
    [Fact]
    public void FromSingle_ForAnyBits_GivesTheNearestAndTiesToEven() => Check.QuickThrowOnFailure(Prop.ForAll<int>(bits =>
    {
        var value = BitConverter.Int32BitsToSingle(bits * 2_654_435);
        var rounded = BFloat16.FromSingle(value);
        if (float.IsNaN(value))
        {
            return float.IsNaN(rounded.ToSingle());
        }

        // The neighbours are the numbers with the lower 16 bits cut off and the next one away from zero.
        var low = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
        var high = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000) + 0x10000);
        double toLow = Math.Abs((double)value - low), toHigh = float.IsFinite(high) ? Math.Abs((double)value - high) : double.PositiveInfinity;
        return rounded.ToSingle().Equals(low) ? toLow <= toHigh || !float.IsFinite(high) : rounded.ToSingle().Equals(high) && (toHigh <= toLow || !float.IsFinite(high));
    }));

    [Fact]
    public void ToSingle_AfterFromSingle_KeepsEveryBFloat16()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = new BFloat16((ushort)bits);
            Assert.True(float.IsNaN(value.ToSingle()) || BFloat16.FromSingle(value.ToSingle()) == value);
        }
    }
}
