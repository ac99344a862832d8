using System.Buffers.Binary;
using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// The values of a reading as bytes: one byte format version (1), then per value the id of the quantity's name as an unsigned LEB128 number
/// and the value as an IEEE 754 double, little-endian. Two values take 19 bytes.
/// </summary>
internal static class QuantityCodec
{
    /// <summary>Values in a reading at most.</summary>
    public const int MaxValues = 64;

    /// <summary>Bytes of the longest reading.</summary>
    public const int MaxBytes = 1 + (MaxValues * (MaxIdBytes + sizeof(double)));

    private const int MaxIdBytes = 9; // ids are row ids: 63 bits
    private const byte FormatVersion = 1;

    /// <summary>Writes the values; <paramref name="idOf"/> gives the id of a name.</summary>
    /// <returns>Bytes written.</returns>
    public static int Encode(ImmutableArray<NamedValue> values, Func<string, long> idOf, Span<byte> destination)
    {
        destination[0] = FormatVersion;
        var position = 1;
        foreach (var value in values)
        {
            var id = (ulong)idOf(value.Name);
            for (; id >= 0x80; id >>= 7)
            {
                destination[position++] = (byte)(id | 0x80);
            }

            destination[position++] = (byte)id;
            BinaryPrimitives.WriteDoubleLittleEndian(destination[position..], value.Value);
            position += sizeof(double);
        }

        return position;
    }

    /// <summary>Reads the values; <paramref name="nameOf"/> gives the name of an id.</summary>
    /// <exception cref="FormatException">The bytes are not of this format: the file is damaged, or a newer build wrote them.</exception>
    public static ImmutableArray<NamedValue> Decode(ReadOnlySpan<byte> source, Func<long, string> nameOf)
    {
        if (source.IsEmpty || source[0] != FormatVersion)
        {
            throw new FormatException($"The stored reading has format {(source.IsEmpty ? "none" : source[0])}; this build knows {FormatVersion}.");
        }

        var values = ImmutableArray.CreateBuilder<NamedValue>();
        var position = 1;
        while (position < source.Length)
        {
            var id = DecodeId(source, ref position);
            if (source.Length - position < sizeof(double) || values.Count == MaxValues)
            {
                throw new FormatException($"The stored reading of {source.Length} bytes is cut off or has more than {MaxValues} values.");
            }

            values.Add(new NamedValue { Name = nameOf(id), Value = BinaryPrimitives.ReadDoubleLittleEndian(source[position..]) });
            position += sizeof(double);
        }

        return values.DrainToImmutable();
    }

    private static long DecodeId(ReadOnlySpan<byte> source, ref int position)
    {
        var id = 0UL;
        for (var shift = 0; shift < 7 * MaxIdBytes; shift += 7)
        {
            if (position >= source.Length)
            {
                break;
            }

            var next = source[position++];
            id |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)id;
            }
        }

        throw new FormatException($"The stored reading of {source.Length} bytes has an endless or cut off quantity id.");
    }
}
