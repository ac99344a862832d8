using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>
/// MessagePack <c>[1, first sequence, [[sequence - first sequence, timestamp, {name: value, …}], …]]</c>, up to 64 KiB. JSON is read
/// too, when the payload starts with <c>{</c> or the content type says so:
/// <c>{"readings":[{"sequence":1,"measuredAt":"2026-01-01T00:00:00Z","values":{"temperature":21.5}}]}</c>, or one reading alone;
/// <c>measuredAt</c> may also be a number of milliseconds since 1970. Unknown properties are skipped.
/// </summary>
public static class TelemetryCodec
{
    private const int Fields = 2;
    private const int FieldsPerReading = 3;

    /// <summary>Writes the payload as MessagePack.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in TelemetryBatch value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.FirstSequence);
        writer.WriteArrayHeader(value.Readings.Length);
        foreach (var reading in value.Readings)
        {
            writer.WriteArrayHeader(FieldsPerReading);
            writer.Write(reading.Sequence - value.FirstSequence);
            writer.Write(reading.MeasuredAt.UtcDateTime);
            PayloadFields.WriteValues(ref writer, reading.Values);
        }

        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out TelemetryBatch? value, [NotNullWhen(false)] out string? error) =>
        TryDecode(payload, null, out value, out error);

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    /// <param name="payload">As received.</param>
    /// <param name="contentType">MQTT 5 content type, or null; <c>application/json</c> decides for JSON.</param>
    /// <param name="value">The batch, when the return value is true.</param>
    /// <param name="error">Else a sentence that says what is wrong.</param>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload,
        string? contentType,
        [NotNullWhen(true)] out TelemetryBatch? value,
        [NotNullWhen(false)] out string? error)
    {
        var first = payload.FirstSpan;
        var isJson = (!first.IsEmpty && first[0] == '{')
            || (contentType is not null && contentType.StartsWith(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase));
        return isJson
            ? TelemetryJson.TryDecode(payload, out value, out error)
            : Payload.TryDecode(
                payload, "telemetry", ProtocolLimits.MaxTelemetryBytes, Fields, Decode, Validate, out value, out error);
    }

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(TelemetryBatch value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Readings.IsDefault)
        {
            return "readings is missing.";
        }

        var error = PayloadRules.Count(value.Readings.Length, 1, ProtocolLimits.MaxReadingsPerBatch, "readings");
        long last = 0;
        for (var i = 0; error is null && i < value.Readings.Length; i++)
        {
            var reading = value.Readings[i];
            error = reading.Sequence > last
                ? PayloadRules.Values(reading.Values, 1, ProtocolLimits.MaxValuesPerReading, "values")
                : $"sequence is {reading.Sequence} after {last}; it must be above 0 and ascend.";
            last = reading.Sequence;
        }

        return error;
    }

    private static TelemetryBatch Decode(ref MessagePackReader reader)
    {
        var first = reader.ReadInt64();
        var count = PayloadFields.ReadCount(ref reader, ProtocolLimits.MaxReadingsPerBatch, "readings");
        var readings = ImmutableArray.CreateBuilder<TelemetryReading>(count);
        ImmutableArray<NamedValue> values = [];
        for (var i = 0; i < count; i++)
        {
            var extra = PayloadFields.ReadFields(ref reader, FieldsPerReading, "a reading");
            var sequence = checked(first + reader.ReadInt64());
            var measuredAt = new DateTimeOffset(reader.ReadDateTime());
            values = PayloadFields.ReadValues(ref reader, ProtocolLimits.MaxValuesPerReading, "values", values);
            PayloadFields.SkipExtra(ref reader, extra);
            readings.Add(new TelemetryReading { Sequence = sequence, MeasuredAt = measuredAt, Values = values });
        }

        return new TelemetryBatch { Readings = readings.MoveToImmutable() };
    }
}
