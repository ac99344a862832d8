using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using static OrleansCompute.Embedded.MessagePack.Conformance.Wire;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

public sealed class IntegerTests
{
    public static TheoryData<long, string> Vectors => new()
    {
        { 0, "00" }, { 1, "01" }, { 127, "7f" }, { 128, "cc80" }, { 255, "ccff" }, { 256, "cd0100" }, { 65535, "cdffff" },
        { 65536, "ce00010000" }, { uint.MaxValue, "ceffffffff" }, { uint.MaxValue + 1L, "cf0000000100000000" },
        { long.MaxValue, "cf7fffffffffffffff" }, { -1, "ff" }, { -32, "e0" }, { -33, "d0df" }, { -128, "d080" }, { -129, "d1ff7f" },
        { -32768, "d18000" }, { -32769, "d2ffff7fff" }, { int.MinValue, "d280000000" }, { int.MinValue - 1L, "d3ffffffff7fffffff" },
        { long.MinValue, "d38000000000000000" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Write_WhenInteger_TakesTheShortestFormat(long value, string hex)
    {
        Assert.Equal(hex, WriteHex((ref MessagePackWriter writer) => writer.Write(value)));
        Assert.Equal(hex.Length / 2, MessagePackWriter.GetEncodedLength(value));
        Assert.Equal(value, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadInt64()));
    }

    [Fact]
    public void Write_WhenNarrowType_TakesTheShortestFormatToo()
    {
        Assert.Equal("7f", WriteHex((ref MessagePackWriter writer) => writer.Write((byte)127)));
        Assert.Equal("cc80", WriteHex((ref MessagePackWriter writer) => writer.Write((byte)128)));
        Assert.Equal("d080", WriteHex((ref MessagePackWriter writer) => writer.Write(sbyte.MinValue)));
        Assert.Equal("cd7fff", WriteHex((ref MessagePackWriter writer) => writer.Write(short.MaxValue)));
        Assert.Equal("d1ff7f", WriteHex((ref MessagePackWriter writer) => writer.Write((short)-129)));
        Assert.Equal("cc80", WriteHex((ref MessagePackWriter writer) => writer.Write((ushort)128)));
        Assert.Equal("05", WriteHex((ref MessagePackWriter writer) => writer.Write(5)));
        Assert.Equal("ceffffffff", WriteHex((ref MessagePackWriter writer) => writer.Write(uint.MaxValue)));
        Assert.Equal("cfffffffffffffffff", WriteHex((ref MessagePackWriter writer) => writer.Write(ulong.MaxValue)));
        Assert.Equal("61", WriteHex((ref MessagePackWriter writer) => writer.Write('a')));
        Assert.Equal(9, MessagePackWriter.GetEncodedLength(ulong.MaxValue));
    }

    [Fact]
    public void WriteWithFormat_WhenShorterWouldDo_KeepsTheFormat()
    {
        Assert.Equal("cc01", WriteHex((ref MessagePackWriter writer) => writer.WriteUInt8(1)));
        Assert.Equal("cd0001", WriteHex((ref MessagePackWriter writer) => writer.WriteUInt16(1)));
        Assert.Equal("ce00000001", WriteHex((ref MessagePackWriter writer) => writer.WriteUInt32(1)));
        Assert.Equal("cf0000000000000001", WriteHex((ref MessagePackWriter writer) => writer.WriteUInt64(1)));
        Assert.Equal("d001", WriteHex((ref MessagePackWriter writer) => writer.WriteInt8(1)));
        Assert.Equal("d10001", WriteHex((ref MessagePackWriter writer) => writer.WriteInt16(1)));
        Assert.Equal("d200000001", WriteHex((ref MessagePackWriter writer) => writer.WriteInt32(1)));
        Assert.Equal("d30000000000000001", WriteHex((ref MessagePackWriter writer) => writer.WriteInt64(1)));
    }

    [Theory]
    [InlineData("05")]
    [InlineData("cc05")]
    [InlineData("cd0005")]
    [InlineData("ce00000005")]
    [InlineData("cf0000000000000005")]
    [InlineData("d005")]
    [InlineData("d10005")]
    [InlineData("d200000005")]
    [InlineData("d30000000000000005")]
    public void Read_WhenAnyFormatFits_GivesTheValue(string hex)
    {
        Assert.Equal(5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadByte()));
        Assert.Equal(5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadSByte()));
        Assert.Equal(5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadInt16()));
        Assert.Equal(5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadUInt16()));
        Assert.Equal(5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadInt32()));
        Assert.Equal(5u, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadUInt32()));
        Assert.Equal(5L, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadInt64()));
        Assert.Equal(5UL, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadUInt64()));
        Assert.Equal(5f, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadSingle()));
        Assert.Equal(5d, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadDouble()));
        Assert.Equal((char)5, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadChar()));
    }

    [Fact]
    public void Read_WhenValueDoesNotFit_ThrowsOverflowAndStaysAtTheValue()
    {
        Throws("cd0100", (ref MessagePackReader reader) => reader.ReadByte());
        Throws("ff", (ref MessagePackReader reader) => reader.ReadByte());
        Throws("cc80", (ref MessagePackReader reader) => reader.ReadSByte());
        Throws("d1ff7f", (ref MessagePackReader reader) => reader.ReadSByte());
        Throws("cd8000", (ref MessagePackReader reader) => reader.ReadInt16());
        Throws("ff", (ref MessagePackReader reader) => reader.ReadUInt16());
        Throws("ce80000000", (ref MessagePackReader reader) => reader.ReadInt32());
        Throws("d3ffffffff7fffffff", (ref MessagePackReader reader) => reader.ReadInt32());
        Throws("cf0000000100000000", (ref MessagePackReader reader) => reader.ReadUInt32());
        Throws("cf8000000000000000", (ref MessagePackReader reader) => reader.ReadInt64());
        Throws("d38000000000000000", (ref MessagePackReader reader) => reader.ReadUInt64());

        static void Throws<T>(string hex, ReadFunc<T> read)
        {
            var reader = new MessagePackReader(Convert.FromHexString(hex));
            var thrown = false;
            try
            {
                read(ref reader);
            }
            catch (OverflowException)
            {
                thrown = true;
            }

            Assert.True(thrown, $"{hex} was read");
            Assert.Equal(0, reader.Consumed);
        }
    }

    [Fact]
    public void Read_WhenWrittenAsLong_IsTheSameForEveryValue() => Prop.ForAll<long>(value =>
            Read(Write((ref MessagePackWriter writer) => writer.Write(value)), (ref MessagePackReader reader) => reader.ReadInt64()) == value)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Read_WhenWrittenAsULong_IsTheSameForEveryValue() => Prop.ForAll<ulong>(value =>
            Read(Write((ref MessagePackWriter writer) => writer.Write(value)), (ref MessagePackReader reader) => reader.ReadUInt64()) == value)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Read_WhenBytesAreSplit_GivesTheValueAtEverySplit()
    {
        foreach (object[] vector in Vectors)
        {
            var bytes = Convert.FromHexString((string)vector[1]);
            for (var size = 1; size <= bytes.Length; size++)
            {
                Assert.Equal((long)vector[0], Read(Split(bytes, size), (ref MessagePackReader reader) => reader.ReadInt64()));
            }
        }
    }
}
