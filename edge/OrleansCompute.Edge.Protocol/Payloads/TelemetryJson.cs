using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Reads the JSON form of telemetry in one pass, without a document in memory.</summary>
internal static class TelemetryJson
{
    public static bool TryDecode(
        in ReadOnlySequence<byte> payload, [NotNullWhen(true)] out TelemetryBatch? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        if (payload.Length > ProtocolLimits.MaxTelemetryBytes)
        {
            error = $"The telemetry payload is {payload.Length} bytes; allowed up to {ProtocolLimits.MaxTelemetryBytes}.";
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = ProtocolLimits.MaxJsonDepth });
            reader.Read();
            var readings = ImmutableArray.CreateBuilder<TelemetryReading>();
            ReadRoot(ref reader, readings);
            while (reader.Read())
            {
                // Only white space may follow; the reader refuses anything else.
            }

            var batch = new TelemetryBatch { Readings = readings.ToImmutable() };
            error = TelemetryCodec.Validate(batch);
            value = error is null ? batch : null;
        }
        catch (Exception exception)
            when (exception is InvalidPayloadException or JsonException or InvalidOperationException or FormatException)
        {
            error = exception.Message;
        }

        if (error is null && value is not null)
        {
            return true;
        }

        error = $"The telemetry payload is invalid JSON telemetry: {error}";
        return false;
    }

    // Either an object with "readings", or one reading.
    private static void ReadRoot(ref Utf8JsonReader reader, ImmutableArray<TelemetryReading>.Builder readings)
    {
        var single = new Parts();
        Expect(ref reader, JsonTokenType.StartObject, "the payload");
        while (NextProperty(ref reader, out var isReadings))
        {
            if (!isReadings)
            {
                ReadPart(ref reader, ref single);
                continue;
            }

            reader.Read();
            Expect(ref reader, JsonTokenType.StartArray, "readings");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (readings.Count == ProtocolLimits.MaxReadingsPerBatch)
                {
                    throw new InvalidPayloadException($"readings has more than {ProtocolLimits.MaxReadingsPerBatch} elements.");
                }

                readings.Add(ReadReading(ref reader));
            }
        }

        if (single.Any)
        {
            readings.Add(single.Build());
        }
    }

    private static TelemetryReading ReadReading(ref Utf8JsonReader reader)
    {
        var parts = new Parts();
        Expect(ref reader, JsonTokenType.StartObject, "a reading");
        while (NextProperty(ref reader, out _))
        {
            ReadPart(ref reader, ref parts);
        }

        return parts.Build();
    }

    private static bool NextProperty(ref Utf8JsonReader reader, out bool isReadings)
    {
        reader.Read();
        isReadings = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("readings"u8);
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private static void ReadPart(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (reader.ValueTextEquals("sequence"u8))
        {
            reader.Read();
            parts.Sequence = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var sequence)
                ? sequence
                : throw new InvalidPayloadException("sequence is no integer of 64 bits.");
        }
        else if (reader.ValueTextEquals("measuredAt"u8))
        {
            reader.Read();
            parts.MeasuredAt = ReadTime(ref reader);
        }
        else if (reader.ValueTextEquals("values"u8))
        {
            reader.Read();
            parts.Values = ReadValues(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private static DateTimeOffset ReadTime(ref Utf8JsonReader reader)
    {
        // The range of DateTimeOffset in Unix milliseconds: years 1 to 9999.
        const long min = -62_135_596_800_000, max = 253_402_300_799_999;
        return reader.TokenType switch
        {
            JsonTokenType.String when reader.TryGetDateTimeOffset(out var time) => time,
            JsonTokenType.Number when reader.TryGetInt64(out var milliseconds) && milliseconds is >= min and <= max =>
                DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            _ => throw new InvalidPayloadException("measuredAt is neither an ISO 8601 time nor a number of milliseconds since 1970."),
        };
    }

    private static ImmutableArray<NamedValue> ReadValues(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "values");
        var values = ImmutableArray.CreateBuilder<NamedValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (values.Count == ProtocolLimits.MaxValuesPerReading)
            {
                throw new InvalidPayloadException($"values has more than {ProtocolLimits.MaxValuesPerReading} elements.");
            }

            var name = reader.GetString() ?? "";
            if (FabricName.Validate(name, "a name in values") is { } error)
            {
                throw new InvalidPayloadException(error);
            }

            reader.Read();
            values.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value)
                ? new NamedValue(name, value)
                : throw new InvalidPayloadException($"values: '{name}' is no number."));
        }

        return values.ToImmutable();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            var form = type == JsonTokenType.StartObject ? "object" : "array";
            throw new InvalidPayloadException($"{what} is no {form}.");
        }
    }

    private struct Parts
    {
        public long? Sequence;
        public DateTimeOffset? MeasuredAt;
        public ImmutableArray<NamedValue> Values;

        public readonly bool Any => Sequence is not null || MeasuredAt is not null || !Values.IsDefault;

        public readonly TelemetryReading Build() => new()
        {
            Sequence = Sequence ?? throw new InvalidPayloadException("a reading has no sequence."),
            MeasuredAt = MeasuredAt ?? throw new InvalidPayloadException("a reading has no measuredAt."),
            Values = Values.IsDefault ? throw new InvalidPayloadException("a reading has no values.") : Values,
        };
    }
}
