using System.Buffers;
using MessagePack;
using static OrleansCompute.Embedded.MessagePack.Conformance.Wire;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

public sealed class StructureTests
{
    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65535, "dcffff", "deffff")]
    [InlineData(65536, "dd00010000", "df00010000")]
    public void WriteHeader_WhenCount_TakesTheShortestFormat(int count, string array, string map)
    {
        Assert.Equal(array, WriteHex((ref MessagePackWriter writer) => writer.WriteArrayHeader(count)));
        Assert.Equal(map, WriteHex((ref MessagePackWriter writer) => writer.WriteMapHeader((uint)count)));
        for (var size = 1; size <= 5; size++)
        {
            Assert.Equal(count, Read(Split(Convert.FromHexString(array), size), (ref MessagePackReader reader) =>
                reader.TryReadArrayHeader(out var read) ? read : -1));
            Assert.Equal(count, Read(Split(Convert.FromHexString(map), size), (ref MessagePackReader reader) =>
                reader.TryReadMapHeader(out var read) ? read : -1));
        }
    }

    [Theory]
    [InlineData(0, "c70005")]
    [InlineData(1, "d405")]
    [InlineData(2, "d505")]
    [InlineData(3, "c70305")]
    [InlineData(4, "d605")]
    [InlineData(8, "d705")]
    [InlineData(16, "d805")]
    [InlineData(17, "c71105")]
    [InlineData(255, "c7ff05")]
    [InlineData(256, "c8010005")]
    [InlineData(65536, "c90001000005")]
    public void WriteExtension_WhenLength_TakesTheShortestFormat(int length, string header)
    {
        var data = new byte[length];
        var hex = WriteHex((ref MessagePackWriter writer) => writer.WriteExtensionFormat(new ExtensionResult(5, data)));
        Assert.Equal(header, hex[..header.Length]);
        Assert.Equal(header.Length + (2 * length), hex.Length);
        var read = Read(Split(Convert.FromHexString(hex), 3), (ref MessagePackReader reader) => reader.ReadExtensionFormat());
        Assert.Equal(new ExtensionHeader(5, length), read.Header);
        Assert.Equal(data, read.Data.ToArray());
    }

    [Fact]
    public void Skip_WhenEveryFormatNested_StopsAfterTheValue()
    {
        var bytes = Write((ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(2);
            writer.Write("key");
            writer.WriteArrayHeader(12);
            writer.WriteNil();
            writer.Write(true);
            writer.Write(-1);
            writer.Write(200);
            writer.Write(-200);
            writer.Write(70_000);
            writer.Write(long.MinValue);
            writer.Write(1f);
            writer.Write(1d);
            writer.Write(new byte[300]);
            writer.Write(DateTime.UnixEpoch);
            writer.WriteArrayHeader(0);
            writer.Write(2);
            writer.Write(new string('s', 70_000));
        });
        for (var size = 1; size < 9; size++)
        {
            var reader = new MessagePackReader(Split([.. bytes, 0x07], size));
            reader.Skip();
            Assert.Equal(7, reader.ReadInt32());
            Assert.True(reader.End);
        }

        var raw = Read(bytes, (ref MessagePackReader reader) => reader.ReadRaw());
        Assert.Equal(bytes, raw.ToArray());
        Assert.Equal(bytes, Write((ref MessagePackWriter writer) => writer.WriteRaw(raw)));
    }

    [Fact]
    public void Skip_WhenNestedAMillionDeep_DoesNotOverflowTheStack()
    {
        var bytes = new byte[1_000_001];
        Array.Fill(bytes, (byte)0x91);
        bytes[^1] = 0xc0;
        Read(bytes, (ref MessagePackReader reader) =>
        {
            reader.Skip();
            return 0;
        });
    }

    [Fact]
    public void CreatePeekReader_WhenRead_LeavesTheReader()
    {
        var reader = new MessagePackReader(Convert.FromHexString("0102")) { Depth = 3 };
        var peek = reader.CreatePeekReader();
        Assert.Equal(1, peek.ReadInt32());
        Assert.Equal(1, peek.Consumed);
        Assert.Equal(0, reader.Consumed);
        Assert.Equal(1, reader.ReadInt32());
    }

    [Fact]
    public void Clone_WhenDepthAndToken_KeepsThem()
    {
        using var source = new CancellationTokenSource();
        var reader = new MessagePackReader(Convert.FromHexString("01")) { Depth = 3, CancellationToken = source.Token };
        var clone = reader.Clone(new ReadOnlySequence<byte>([0x02]));
        Assert.Equal((3, source.Token, 2), (clone.Depth, clone.CancellationToken, clone.ReadInt32()));
    }

    [Fact]
    public void Position_WhenPartlyRead_SlicesTheSequence()
    {
        var reader = new MessagePackReader(Split(Convert.FromHexString("cd0100cd0200"), 2));
        Assert.Equal(256, reader.ReadInt32());
        Assert.Equal(3, reader.Consumed);
        Assert.Equal("cd0200", Convert.ToHexStringLower(reader.Sequence.Slice(reader.Position).ToArray()));
        Assert.Equal("cd02", Convert.ToHexStringLower(reader.ReadRaw(2).ToArray()));
        Assert.False(reader.End);
    }
}
