using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using static OrleansCompute.Embedded.MessagePack.Conformance.Wire;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

public sealed class StringAndBinaryTests
{
    [Theory]
    [InlineData(0, "a0")]
    [InlineData(1, "a1")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(257, "da0101")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void Write_WhenText_TakesTheShortestHeader(int length, string header)
    {
        var text = new string('x', length);
        var expected = header + string.Concat(Enumerable.Repeat("78", length));
        Assert.Equal(expected, WriteHex((ref MessagePackWriter writer) => writer.Write(text)));
        Assert.Equal(expected, WriteHex((ref MessagePackWriter writer) => writer.Write(text.AsSpan())));
        Assert.Equal(expected, WriteHex((ref MessagePackWriter writer) => writer.WriteString(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(
            expected, WriteHex((ref MessagePackWriter writer) => writer.WriteString(Split(Encoding.UTF8.GetBytes(text), 1000))));
        Assert.Equal(text, ReadHex(expected, (ref MessagePackReader reader) => reader.ReadString()));
    }

    [Theory]
    [InlineData(10, "be")]
    [InlineData(11, "d921")]
    [InlineData(85, "d9ff")]
    [InlineData(86, "da0102")]
    [InlineData(256, "da0300")]
    [InlineData(300, "da0384")]
    [InlineData(21846, "db00010002")]
    public void Write_WhenCharactersTakeThreeBytes_CountsBytes(int characters, string header)
    {
        var text = new string('€', characters);
        var hex = WriteHex((ref MessagePackWriter writer) => writer.Write(text));
        Assert.Equal(header, hex[..header.Length]);
        Assert.Equal(text, ReadHex(hex, (ref MessagePackReader reader) => reader.ReadString()));
    }

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void Write_WhenBytes_TakesTheShortestHeader(int length, string header)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var expected = header + Convert.ToHexStringLower(bytes);
        Assert.Equal(expected, WriteHex((ref MessagePackWriter writer) => writer.Write(bytes)));
        Assert.Equal(expected, WriteHex((ref MessagePackWriter writer) => writer.Write(Split(bytes, 77))));
        Assert.Equal(bytes, ReadHex(expected, (ref MessagePackReader reader) => reader.ReadBytes()!.Value.ToArray()));
    }

    [Fact]
    public void Write_WhenOldFormat_HasNeitherStr8NorBin()
    {
        Assert.Equal("da0020", WriteHex((ref MessagePackWriter writer) => writer.Write(new string('x', 32)), oldSpec: true)[..6]);
        Assert.Equal("a3010203", WriteHex((ref MessagePackWriter writer) => writer.Write(new byte[] { 1, 2, 3 }), oldSpec: true));
    }

    [Fact]
    public void ReadBytes_WhenOldFormat_AcceptsText() =>
        Assert.Equal(new byte[] { 1, 2, 3 }, ReadHex("a3010203", (ref MessagePackReader reader) => reader.ReadBytes()!.Value.ToArray()));

    [Fact]
    public void Read_WhenNil_GivesNull()
    {
        Assert.Null(ReadHex("c0", (ref MessagePackReader reader) => reader.ReadString()));
        Assert.Null(ReadHex("c0", (ref MessagePackReader reader) => reader.ReadBytes()));
        Assert.Null(ReadHex("c0", (ref MessagePackReader reader) => reader.ReadStringSequence()));
        Assert.Equal("c0", WriteHex((ref MessagePackWriter writer) => writer.Write((string?)null)));
        Assert.Equal("c0", WriteHex((ref MessagePackWriter writer) => writer.Write((byte[]?)null)));
    }

    [Fact]
    public void ReadString_WhenWritten_IsTheSameForEveryTextAndSplit() => Prop.ForAll<string, byte>((text, split) =>
    {
        text ??= "";
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(text));

        // Lone surrogates become U+FFFD, which is what the framework's encoding does as well.
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return Read(bytes, (ref MessagePackReader reader) => reader.ReadString()) == expected
            && Read(Split(bytes, 1 + (split % 7)), (ref MessagePackReader reader) => reader.ReadString()) == expected;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryReadStringSpan_WhenInOneBuffer_GivesTheBytes()
    {
        var reader = new MessagePackReader(Convert.FromHexString("a26162c0"));
        Assert.True(reader.TryReadStringSpan(out var span));
        Assert.Equal("ab"u8, span);
        Assert.False(reader.TryReadStringSpan(out _));
        Assert.True(reader.TryReadNil());
    }

    [Fact]
    public void TryReadStringSpan_WhenAcrossBuffers_LeavesTheValue()
    {
        var reader = new MessagePackReader(Split(Convert.FromHexString("a3616263"), 2));
        Assert.False(reader.TryReadStringSpan(out _));
        Assert.Equal(0, reader.Consumed);
        Assert.Equal("abc", reader.ReadString());
    }

    [Fact]
    public void Write_WhenBufferWriterGivesSmallBlocks_LosesNothing()
    {
        var output = new SmallBlockWriter();
        var data = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write(data);
        writer.Write(long.MinValue);
        writer.WriteRaw(new byte[] { 0x01 });
        writer.Flush();
        var reader = new MessagePackReader(output.Written.ToArray());
        Assert.Equal(3, reader.ReadArrayHeader());
        Assert.Equal(data, reader.ReadBytes()!.Value.ToArray());
        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal(1, reader.ReadByte());
        Assert.True(reader.End);
    }

    [Fact]
    public void GetSpanAndAdvance_WhenFilledByHand_AreWritten() => Assert.Equal("0102", WriteHex((ref MessagePackWriter writer) =>
    {
        var span = writer.GetSpan(2);
        span[0] = 1;
        span[1] = 2;
        writer.Advance(2);
    }));

    [Fact]
    public void Clone_WhenSettings_KeepsThem()
    {
        var output = new ArrayBufferWriter<byte>();
        using var source = new CancellationTokenSource();
        var writer = new MessagePackWriter(new ArrayBufferWriter<byte>()) { OldSpec = true, CancellationToken = source.Token };
        var clone = writer.Clone(output);
        clone.Write([0xff]);
        clone.Flush();
        Assert.Equal(source.Token, clone.CancellationToken);
        Assert.Equal("a1ff", Convert.ToHexStringLower(output.WrittenSpan));
    }

    private sealed class SmallBlockWriter : IBufferWriter<byte>
    {
        private byte[] _block = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_block.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _block = new byte[Math.Max(sizeHint, 16)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
