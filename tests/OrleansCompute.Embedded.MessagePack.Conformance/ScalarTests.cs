using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using static OrleansCompute.Embedded.MessagePack.Conformance.Wire;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

public sealed class ScalarTests
{
    [Fact]
    public void Write_WhenNilOrBoolean_MatchesTheSpecification()
    {
        Assert.Equal("c0", WriteHex((ref MessagePackWriter writer) => writer.WriteNil()));
        Assert.Equal("c2", WriteHex((ref MessagePackWriter writer) => writer.Write(false)));
        Assert.Equal("c3", WriteHex((ref MessagePackWriter writer) => writer.Write(true)));
        Assert.Equal(Nil.Default, ReadHex("c0", (ref MessagePackReader reader) => reader.ReadNil()));
        Assert.True(ReadHex("c3", (ref MessagePackReader reader) => reader.ReadBoolean()));
        Assert.False(ReadHex("c2", (ref MessagePackReader reader) => reader.ReadBoolean()));
    }

    [Fact]
    public void TryReadNil_WhenOtherValue_LeavesIt()
    {
        var reader = new MessagePackReader(new byte[] { 0xc0, 0x01 });
        Assert.True(reader.TryReadNil());
        Assert.False(reader.TryReadNil());
        Assert.Equal(1, reader.ReadInt32());
    }

    [Theory]
    [InlineData(0d, "cb0000000000000000")]
    [InlineData(1.5d, "cb3ff8000000000000")]
    [InlineData(double.NegativeInfinity, "cbfff0000000000000")]
    [InlineData(double.Epsilon, "cb0000000000000001")]
    public void Write_WhenDouble_MatchesTheSpecification(double value, string hex)
    {
        Assert.Equal(hex, WriteHex((ref MessagePackWriter writer) => writer.Write(value)));
        Assert.Equal(value, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadDouble()));
    }

    [Theory]
    [InlineData(1.5f, "ca3fc00000")]
    [InlineData(float.MaxValue, "ca7f7fffff")]
    public void Write_WhenSingle_MatchesTheSpecification(float value, string hex)
    {
        Assert.Equal(hex, WriteHex((ref MessagePackWriter writer) => writer.Write(value)));
        Assert.Equal(value, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadSingle()));
    }

    [Fact]
    public void ReadFloat_WhenOtherNumberFormat_Converts()
    {
        Assert.Equal(1.5d, ReadHex("ca3fc00000", (ref MessagePackReader reader) => reader.ReadDouble()));
        Assert.Equal(1.5f, ReadHex("cb3ff8000000000000", (ref MessagePackReader reader) => reader.ReadSingle()));
        Assert.Equal(-33d, ReadHex("d0df", (ref MessagePackReader reader) => reader.ReadDouble()));
        Assert.Equal(ulong.MaxValue, ReadHex("cfffffffffffffffff", (ref MessagePackReader reader) => reader.ReadDouble()));
        Assert.Equal(float.PositiveInfinity, ReadHex("cb7fefffffffffffff", (ref MessagePackReader reader) => reader.ReadSingle()));
    }

    [Fact]
    public void Read_WhenWrittenAsDouble_HasTheSameBits() => Prop.ForAll<long>(bits =>
    {
        var value = BitConverter.Int64BitsToDouble(bits);
        var read = Read(Split(Write((ref MessagePackWriter writer) => writer.Write(value)), 4), (ref MessagePackReader reader) => reader.ReadDouble());
        return BitConverter.DoubleToInt64Bits(read) == BitConverter.DoubleToInt64Bits(value);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "d6ff00000000")]
    [InlineData("2106-02-07T06:28:15Z", "d6ffffffffff")]
    [InlineData("2106-02-07T06:28:16Z", "d7ff0000000100000000")]
    [InlineData("1970-01-01T00:00:01.0000001Z", "d7ff0000019000000001")]
    [InlineData("2514-05-30T01:53:03Z", "d7ff00000003ffffffff")]
    [InlineData("2514-05-30T01:53:04Z", "c70cff000000000000000400000000")]
    [InlineData("1969-12-31T23:59:59.5Z", "c70cff1dcd6500ffffffffffffffff")]
    public void Write_WhenTimestamp_TakesTheShortestOfThree(string time, string hex)
    {
        var value = DateTimeOffset.Parse(time, null).UtcDateTime;
        Assert.Equal(hex, WriteHex((ref MessagePackWriter writer) => writer.Write(value)));
        for (var size = 1; size <= hex.Length / 2; size++)
        {
            var read = Read(Split(Convert.FromHexString(hex), size), (ref MessagePackReader reader) => reader.ReadDateTime());
            Assert.Equal(value, read);
            Assert.Equal(DateTimeKind.Utc, read.Kind);
        }
    }

    [Fact]
    public void Read_WhenWrittenAsDateTime_IsTheSameForEveryTick() => Prop.ForAll<long>(seed =>
    {
        var value = new DateTime((long)((ulong)seed % (ulong)DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        return Read(Write((ref MessagePackWriter writer) => writer.Write(value)), (ref MessagePackReader reader) => reader.ReadDateTime()) == value;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenTimestampInOldFormat_IsNotSupported() =>
        Assert.Throws<NotSupportedException>(() => Write((ref MessagePackWriter writer) => writer.Write(DateTime.UnixEpoch), oldSpec: true));

    [Fact]
    public void ReadDateTime_WhenExtensionOfOtherType_Throws()
    {
        Assert.Throws<MessagePackSerializationException>(() => ReadHex("d60100000000", (ref MessagePackReader reader) => reader.ReadDateTime()));
        Assert.Throws<MessagePackSerializationException>(() => ReadHex("d5ff0000", (ref MessagePackReader reader) => reader.ReadDateTime()));
        Assert.Throws<MessagePackSerializationException>(() => ReadHex("c0c0", (ref MessagePackReader reader) => reader.ReadDateTime()));
    }

    [Fact]
    public void NextMessagePackType_WhenAnyCode_MatchesTheSpecification()
    {
        var expected = new Dictionary<MessagePackType, int>
        {
            [MessagePackType.Integer] = 128 + 32 + 8, [MessagePackType.Nil] = 1, [MessagePackType.Boolean] = 2, [MessagePackType.Float] = 2,
            [MessagePackType.String] = 32 + 3, [MessagePackType.Binary] = 3, [MessagePackType.Array] = 16 + 2, [MessagePackType.Map] = 16 + 2,
            [MessagePackType.Extension] = 8, [MessagePackType.Unknown] = 1,
        };
        var actual = Enumerable.Range(0, 256).GroupBy(code => MessagePackCode.ToMessagePackType((byte)code)).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(expected.OrderBy(pair => pair.Key), actual.OrderBy(pair => pair.Key));
        Assert.Equal("fixmap", MessagePackCode.ToFormatName(0x81));
        Assert.Equal("(never used)", MessagePackCode.ToFormatName(MessagePackCode.NeverUsed));
        Assert.Equal("negative fixint", MessagePackCode.ToFormatName(0xff));
    }
}
