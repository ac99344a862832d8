using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, id, status, output]</c>, up to 16 KiB.</summary>
public static class CommandResultCodec
{
    private const int Fields = 3;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in CommandResult value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Id);
        writer.Write((int)value.Status);
        writer.Write(value.Output);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out CommandResult? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "command result", ProtocolLimits.MaxStateBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(CommandResult value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return FabricName.Validate(value.Id, "command id")
            ?? PayloadRules.Range((int)value.Status, 0, (int)CommandStatus.Refused, "status")
            ?? PayloadRules.Text(value.Output, ProtocolLimits.MaxArgumentsBytes, "output");
    }

    private static CommandResult Decode(ref MessagePackReader reader) => new()
    {
        Id = PayloadFields.ReadName(ref reader, "command id"),
        Status = (CommandStatus)reader.ReadInt32(),
        Output = PayloadFields.ReadText(ref reader, ProtocolLimits.MaxArgumentsBytes, "output"),
    };
}
