using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using static OrleansCompute.Embedded.MessagePack.Conformance.Wire;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

public sealed class HostileInputTests
{
    private static readonly (string Name, ReadFunc<object?> Read)[] Readers =
    [
        ("ReadNil", (ref MessagePackReader reader) => reader.ReadNil()),
        ("TryReadNil", (ref MessagePackReader reader) => reader.TryReadNil()),
        ("ReadBoolean", (ref MessagePackReader reader) => reader.ReadBoolean()),
        ("ReadByte", (ref MessagePackReader reader) => reader.ReadByte()),
        ("ReadInt32", (ref MessagePackReader reader) => reader.ReadInt32()),
        ("ReadUInt64", (ref MessagePackReader reader) => reader.ReadUInt64()),
        ("ReadSingle", (ref MessagePackReader reader) => reader.ReadSingle()),
        ("ReadDouble", (ref MessagePackReader reader) => reader.ReadDouble()),
        ("ReadDateTime", (ref MessagePackReader reader) => reader.ReadDateTime()),
        ("ReadBytes", (ref MessagePackReader reader) => reader.ReadBytes()),
        ("ReadString", (ref MessagePackReader reader) => reader.ReadString()),
        ("ReadStringSequence", (ref MessagePackReader reader) => reader.ReadStringSequence()),
        ("TryReadStringSpan", (ref MessagePackReader reader) => reader.TryReadStringSpan(out _)),
        ("ReadArrayHeader", (ref MessagePackReader reader) => reader.ReadArrayHeader()),
        ("ReadMapHeader", (ref MessagePackReader reader) => reader.ReadMapHeader()),
        ("ReadExtensionFormatHeader", (ref MessagePackReader reader) => reader.ReadExtensionFormatHeader()),
        ("ReadExtensionFormat", (ref MessagePackReader reader) => reader.ReadExtensionFormat()),
        ("Skip", (ref MessagePackReader reader) =>
        {
            reader.Skip();
            return null;
        }),
    ];

    [Theory]
    [InlineData("cc80")]
    [InlineData("cd0100")]
    [InlineData("ce00010000")]
    [InlineData("cf0000000100000000")]
    [InlineData("d080")]
    [InlineData("d1ff7f")]
    [InlineData("d2ffff7fff")]
    [InlineData("d38000000000000000")]
    [InlineData("ca3fc00000")]
    [InlineData("cb3ff8000000000000")]
    [InlineData("a3616263")]
    [InlineData("d903616263")]
    [InlineData("da0003616263")]
    [InlineData("db00000003616263")]
    [InlineData("c403010203")]
    [InlineData("c50003010203")]
    [InlineData("c600000003010203")]
    [InlineData("d40501")]
    [InlineData("d6ff00000000")]
    [InlineData("d7ff0000000100000000")]
    [InlineData("c70305010203")]
    [InlineData("c8000305010203")]
    [InlineData("c90000000305010203")]
    [InlineData("92c0c3")]
    [InlineData("dc0002c0c3")]
    [InlineData("dd00000002c0c3")]
    [InlineData("8101c0")]
    [InlineData("de000101c0")]
    [InlineData("df0000000101c0")]
    public void Skip_WhenCutAtAnyByte_ThrowsEndOfStream(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var length = 0; length < bytes.Length; length++)
        {
            foreach (var size in new[] { 1, 2, bytes.Length })
            {
                Assert.Throws<EndOfStreamException>(() => Read(Split(bytes[..length], size), Readers[^1].Read));
            }
        }

        Read(bytes, Readers[^1].Read);
    }

    [Fact]
    public void Read_WhenEmpty_ThrowsEndOfStream()
    {
        foreach (var (name, read) in Readers)
        {
            Assert.True(Record.Exception(() => Read([], read)) is EndOfStreamException, name);
        }
    }

    [Fact]
    public void Read_WhenWrongType_SaysWhichCodeWasMet()
    {
        var message = Assert.Throws<MessagePackSerializationException>(() => ReadHex("c3", (ref MessagePackReader reader) => reader.ReadInt32())).Message;
        Assert.Contains("195", message, StringComparison.Ordinal);
        Assert.Contains("true", message, StringComparison.Ordinal);
        foreach (var (name, read) in Readers.Where(reader => !reader.Name.StartsWith("Try", StringComparison.Ordinal)))
        {
            // 0xc1 is no value at all; a byte follows, since an extension header is two bytes before anything else is known.
            Assert.True(Record.Exception(() => ReadHex("c100", read)) is MessagePackSerializationException, name);
        }
    }

    [Theory]
    [InlineData("dd7fffffff00", "ReadArrayHeader")]
    [InlineData("dcffff00", "ReadArrayHeader")]
    [InlineData("df7fffffff00", "ReadMapHeader")]
    [InlineData("820001", "ReadMapHeader")]
    [InlineData("dbffffffff61", "ReadString")]
    [InlineData("dbffffffff61", "ReadStringSequence")]
    [InlineData("db7fffffff61", "TryReadStringSpan")]
    [InlineData("c6ffffffff61", "ReadBytes")]
    [InlineData("c9ffffffff0561", "ReadExtensionFormat")]
    [InlineData("c9ffffffff0561", "ReadExtensionFormatHeader")]
    public void Read_WhenCountIsBeyondTheBytes_IsRefusedBeforeAllocation(string hex, string name)
    {
        var (_, read) = Readers.Single(reader => reader.Name == name);
        Record.Exception(() => ReadHex(hex, read));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Record.Exception(() => ReadHex(hex, read));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsType<EndOfStreamException>(exception);
        Assert.InRange(allocated, 0, 64 * 1024);
    }

    [Theory]
    [InlineData("dd8000000000", "ReadArrayHeader")]
    [InlineData("df8000000000", "ReadMapHeader")]
    [InlineData("dd8000000000", "Skip")]
    public void Read_WhenCountIsBeyondInt32_ThrowsOverflow(string hex, string name) =>
        Assert.Throws<OverflowException>(() => ReadHex(hex, Readers.Single(reader => reader.Name == name).Read));

    [Fact]
    public void TryReadHeader_WhenCut_IsFalseAndLeavesTheBytes()
    {
        var reader = new MessagePackReader(Convert.FromHexString("dc00"));
        Assert.False(reader.TryReadArrayHeader(out _));
        Assert.Equal(0, reader.Consumed);
        reader = new MessagePackReader(Convert.FromHexString("df0000"));
        Assert.False(reader.TryReadMapHeader(out _));
        Assert.Equal(0, reader.Consumed);
        reader = new MessagePackReader(Convert.FromHexString("c70c"));
        Assert.False(reader.TryReadExtensionFormatHeader(out _));
        Assert.Equal(0, reader.Consumed);
    }

    [Fact]
    public void ReadRaw_WhenLongerThanTheBytes_ThrowsEndOfStream() =>
        Assert.Throws<EndOfStreamException>(() => ReadHex("0102", (ref MessagePackReader reader) => reader.ReadRaw(3)));

    [Fact]
    public void Read_WhenRandomBytes_ThrowsNothingElse() => Prop.ForAll<byte[]>(bytes =>
    {
        foreach (var (_, read) in Readers)
        {
            foreach (var size in new[] { 1, 3, 64 })
            {
                var reader = new MessagePackReader(Split(bytes ?? [], size));
                try
                {
                    read(ref reader);
                }
                catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException
                    or OverflowException or ArgumentOutOfRangeException)
                {
                    // What the official reader throws on bad input (the last for a timestamp beyond the year 9999).
                }
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();
}
