using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, index, label, confidence, image]</c>, up to 64 KiB and 64 bytes.</summary>
public static class HardSampleCodec
{
    private const int Fields = 4;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in HardSample value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.SampleIndex);
        writer.Write(value.Label);
        writer.Write(value.Confidence);
        writer.Write(value.Image.Span);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out HardSample? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "sample", ProtocolLimits.MaxSampleBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(HardSample value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Range(value.SampleIndex, 0, long.MaxValue, "sample index")
            ?? PayloadRules.Range(value.Label, 0, int.MaxValue, "label")
            ?? PayloadRules.Finite(value.Confidence, 0, 1, "confidence")
            ?? PayloadRules.Bytes(value.Image, 1, ProtocolLimits.MaxImageBytes, "image");
    }

    private static HardSample Decode(ref MessagePackReader reader) => new()
    {
        SampleIndex = reader.ReadInt64(),
        Label = reader.ReadInt32(),
        Confidence = reader.ReadSingle(),
        Image = PayloadFields.ReadBytes(ref reader, ProtocolLimits.MaxImageBytes, "image"),
    };
}
