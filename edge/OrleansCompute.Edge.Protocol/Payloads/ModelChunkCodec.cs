using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, version, issue, offset, total, data]</c>, up to 256 KiB and 64 bytes.</summary>
public static class ModelChunkCodec
{
    private const int Fields = 5;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in ModelChunk value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Version);
        writer.Write(value.Issue);
        writer.Write(value.Offset);
        writer.Write(value.TotalBytes);
        writer.Write(value.Data.Span);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out ModelChunk? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "model chunk", ProtocolLimits.MaxChunkMessageBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(ModelChunk value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Range(value.Version, 1, int.MaxValue, "version")
            ?? PayloadRules.Range(value.Issue, 1, long.MaxValue, "issue")
            ?? PayloadRules.Range(value.TotalBytes, 1, ProtocolLimits.MaxPackageBytes, "total bytes")
            ?? PayloadRules.Bytes(value.Data, 1, ProtocolLimits.MaxChunkBytes, "data")
            ?? PayloadRules.Range(value.Offset, 0, value.TotalBytes - value.Data.Length, "offset");
    }

    private static ModelChunk Decode(ref MessagePackReader reader) => new()
    {
        Version = reader.ReadInt32(),
        Issue = reader.ReadInt64(),
        Offset = reader.ReadInt64(),
        TotalBytes = reader.ReadInt64(),
        Data = PayloadFields.ReadBytes(ref reader, ProtocolLimits.MaxChunkBytes, "data"),
    };
}
