using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Reads single fields; every limit is checked before memory is allocated.</summary>
internal static class PayloadFields
{
    /// <summary>Reads the count of an array of at most <paramref name="max"/> elements.</summary>
    public static int ReadCount(ref MessagePackReader reader, int max, string what) =>
        CheckCount(reader.ReadArrayHeader(), max, what);

    /// <summary>Reads text of at most <paramref name="maxBytes"/> of valid UTF-8.</summary>
    public static string ReadText(ref MessagePackReader reader, int maxBytes, string what) =>
        TryReadText(ref reader, maxBytes, what) ?? throw new InvalidPayloadException($"{what} is missing.");

    /// <summary>Reads text, or null for nil.</summary>
    public static string? TryReadText(ref MessagePackReader reader, int maxBytes, string what)
    {
        if (reader.ReadStringSequence() is not { } bytes)
        {
            return null;
        }

        if (bytes.Length > maxBytes)
        {
            throw new InvalidPayloadException($"{what} has {bytes.Length} bytes; allowed up to {maxBytes}.");
        }

        var span = bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
        return Utf8.IsValid(span) ? Encoding.UTF8.GetString(span) : throw new InvalidPayloadException($"{what} is not valid UTF-8.");
    }

    /// <summary>
    /// Reads a name of the form of <see cref="FabricName"/>; the same object as <paramref name="likely"/> if it is equal.
    /// </summary>
    public static string ReadName(ref MessagePackReader reader, string what, string? likely = null)
    {
        if (likely is not null)
        {
            var ahead = reader.CreatePeekReader();
            if (ahead.TryReadStringSpan(out var span) && Ascii.Equals(span, likely))
            {
                reader = ahead;
                return likely;
            }
        }

        var name = ReadText(ref reader, ProtocolLimits.MaxNameLength * 4, what);
        return FabricName.Validate(name, what) is { } error ? throw new InvalidPayloadException(error) : name;
    }

    /// <summary>Reads bytes into memory of their own.</summary>
    public static ReadOnlyMemory<byte> ReadBytes(ref MessagePackReader reader, int maxBytes, string what)
    {
        if (reader.NextMessagePackType != MessagePackType.Binary || reader.ReadBytes() is not { } bytes)
        {
            throw new InvalidPayloadException($"{what} is no binary value.");
        }

        return bytes.Length <= maxBytes
            ? bytes.ToArray()
            : throw new InvalidPayloadException($"{what} has {bytes.Length} bytes; allowed up to {maxBytes}.");
    }

    /// <summary>Reads a map of names to numbers.</summary>
    /// <param name="reader">At the map.</param>
    /// <param name="max">Most entries.</param>
    /// <param name="what">The name of the map in messages.</param>
    /// <param name="likely">Names to expect in this order, so that equal ones share their text; may be default.</param>
    public static ImmutableArray<NamedValue> ReadValues(
        ref MessagePackReader reader, int max, string what, ImmutableArray<NamedValue> likely = default)
    {
        var count = CheckCount(reader.ReadMapHeader(), max, what);
        var values = ImmutableArray.CreateBuilder<NamedValue>(count);
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(ref reader, $"a name in {what}", !likely.IsDefault && i < likely.Length ? likely[i].Name : null);
            values.Add(new NamedValue(name, reader.ReadDouble()));
        }

        return values.MoveToImmutable();
    }

    /// <summary>Writes a map of names to numbers.</summary>
    public static void WriteValues(ref MessagePackWriter writer, ImmutableArray<NamedValue> values)
    {
        writer.WriteMapHeader(values.Length);
        foreach (var (name, value) in values)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    /// <summary>Reads the count of an array of at least <paramref name="min"/> fields; gives how many unknown ones follow them.</summary>
    public static int ReadFields(ref MessagePackReader reader, int min, string what)
    {
        var count = reader.ReadArrayHeader();
        return count >= min ? count - min : throw new InvalidPayloadException($"{what} has {count} fields; at least {min} are needed.");
    }

    /// <summary>Passes over fields that a later version of the schema added.</summary>
    public static void SkipExtra(ref MessagePackReader reader, int extra)
    {
        for (; extra > 0; extra--)
        {
            reader.Skip();
        }
    }

    private static int CheckCount(int count, int max, string what) => count <= max
        ? count
        : throw new InvalidPayloadException($"{what} has {count} elements; allowed up to {max}.");
}
