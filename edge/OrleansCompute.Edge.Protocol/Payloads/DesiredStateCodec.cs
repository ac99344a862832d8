using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, revision, model or nil, model version]</c>, up to 16 KiB.</summary>
public static class DesiredStateCodec
{
    private const int Fields = 3;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in DesiredState value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Revision);
        writer.Write(value.ModelName);
        writer.Write(value.ModelVersion);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out DesiredState? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "state/desired", ProtocolLimits.MaxStateBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(DesiredState value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Range(value.Revision, 1, long.MaxValue, "revision")
            ?? (value.ModelName is null ? null : FabricName.Validate(value.ModelName, "model"))
            ?? PayloadRules.Range(value.ModelVersion, 0, value.ModelName is null ? 0 : int.MaxValue, "model version");
    }

    private static DesiredState Decode(ref MessagePackReader reader) => new()
    {
        Revision = reader.ReadInt64(),
        ModelName = PayloadFields.TryReadText(ref reader, ProtocolLimits.MaxNameLength, "model"),
        ModelVersion = reader.ReadInt32(),
    };
}
