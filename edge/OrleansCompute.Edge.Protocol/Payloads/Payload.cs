using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>
/// What the codecs share: the envelope (an array whose first element is the schema version, whose unknown last elements are
/// skipped), the size limit, and the promise that bad input is an error text and never an exception.
/// </summary>
internal static class Payload
{
    /// <summary>Decodes, or says in a sentence what is wrong.</summary>
    /// <param name="payload">As received; nothing of it is kept.</param>
    /// <param name="what">The name of the payload in messages.</param>
    /// <param name="maxBytes">Size limit, checked first.</param>
    /// <param name="fields">How many fields this version of the schema has after the version.</param>
    /// <param name="decode">Reads those fields.</param>
    /// <param name="validate">Null, or what is wrong with a value.</param>
    /// <param name="value">The value when the return value is true.</param>
    /// <param name="error">Else the reason.</param>
    /// <param name="extend">Reads one more field where there is one; null where the schema has none that may be missing.</param>
    public static bool TryDecode<T>(
        in ReadOnlySequence<byte> payload,
        string what,
        int maxBytes,
        int fields,
        PayloadDecoder<T> decode,
        Func<T, string?> validate,
        [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out string? error,
        PayloadExtension<T>? extend = null)
        where T : class
    {
        value = null;
        if (payload.Length > maxBytes)
        {
            error = $"The {what} payload is {payload.Length} bytes; allowed up to {maxBytes}.";
            return false;
        }

        try
        {
            var reader = new MessagePackReader(payload);
            var extra = ReadEnvelope(ref reader, fields);
            var decoded = decode(ref reader);
            if (extra > 0 && extend is not null)
            {
                decoded = extend(ref reader, decoded);
                extra--;
            }

            PayloadFields.SkipExtra(ref reader, extra);

            error = !reader.End ? $"{payload.Length - reader.Consumed} bytes follow the value." : validate(decoded);
            value = error is null ? decoded : null;
        }
        catch (Exception exception) when (IsBadInput(exception))
        {
            error = exception is EndOfStreamException ? "It is cut short, or a count in it is too large." : exception.Message;
        }

        if (error is null && value is not null)
        {
            return true;
        }

        error = $"The {what} payload is invalid: {error}";
        return false;
    }

    /// <summary>Starts a payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static MessagePackWriter Begin<T>(IBufferWriter<byte> output, T value, int fields, Func<T, string?> validate)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(value);
        if (validate(value) is { } error)
        {
            throw new ArgumentException(error, nameof(value));
        }

        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1 + fields);
        writer.Write(ProtocolLimits.SchemaVersion);
        return writer;
    }

    public static bool IsBadInput(Exception exception) => exception is InvalidPayloadException or MessagePackSerializationException
        or EndOfStreamException or OverflowException or ArgumentOutOfRangeException;

    private static int ReadEnvelope(ref MessagePackReader reader, int fields)
    {
        var count = reader.ReadArrayHeader();
        var version = count == 0 ? 0 : reader.ReadInt32();
        if (version < ProtocolLimits.SchemaVersion)
        {
            throw new InvalidPayloadException($"Its schema version is {version}; allowed from {ProtocolLimits.SchemaVersion}.");
        }

        var extra = count - 1 - fields;
        return extra >= 0
            ? extra
            : throw new InvalidPayloadException($"It has {count - 1} fields; at least {fields} are needed.");
    }
}
