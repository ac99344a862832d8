using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, id, name, arguments]</c>, up to 16 KiB.</summary>
public static class CommandRequestCodec
{
    private const int Fields = 3;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in CommandRequest value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Id);
        writer.Write(value.Name);
        writer.Write(value.Arguments);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out CommandRequest? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "command", ProtocolLimits.MaxStateBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(CommandRequest value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return FabricName.Validate(value.Id, "command id")
            ?? FabricName.Validate(value.Name, "command")
            ?? PayloadRules.Text(value.Arguments, ProtocolLimits.MaxArgumentsBytes, "arguments");
    }

    private static CommandRequest Decode(ref MessagePackReader reader) => new()
    {
        Id = PayloadFields.ReadName(ref reader, "command id"),
        Name = PayloadFields.ReadName(ref reader, "command"),
        Arguments = PayloadFields.ReadText(ref reader, ProtocolLimits.MaxArgumentsBytes, "arguments"),
    };
}
