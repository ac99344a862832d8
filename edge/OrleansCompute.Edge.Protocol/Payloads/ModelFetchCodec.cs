using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, version, issue, offset, length]</c>, up to 256 bytes.</summary>
public static class ModelFetchCodec
{
    private const int Fields = 4;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in ModelFetch value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Version);
        writer.Write(value.Issue);
        writer.Write(value.Offset);
        writer.Write(value.Length);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out ModelFetch? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "model fetch", ProtocolLimits.MaxFetchBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(ModelFetch value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Range(value.Version, 1, int.MaxValue, "version")
            ?? PayloadRules.Range(value.Issue, 1, long.MaxValue, "issue")
            ?? PayloadRules.Range(value.Offset, 0, ProtocolLimits.MaxPackageBytes - 1, "offset")
            ?? PayloadRules.Range(value.Length, 1, ProtocolLimits.MaxChunkBytes, "length");
    }

    private static ModelFetch Decode(ref MessagePackReader reader) => new(
        reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());
}
