using System.Buffers.Binary;

namespace MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads the count of an array and refuses one that the remaining bytes cannot hold (a byte for each value).</summary>
    public int ReadArrayHeader()
    {
        EndUnless(TryReadArrayHeader(out var count));
        EndUnless(_reader.Remaining >= count);
        return count;
    }

    /// <summary>Reads the count of an array, which is not checked against the remaining bytes; false if it is cut short.</summary>
    public bool TryReadArrayHeader(out int count) =>
        TryReadCount(MessagePackCode.MinFixArray, MessagePackCode.Array16, MessagePackCode.Array32, out count);

    /// <summary>Reads the count of a map and refuses one that the remaining bytes cannot hold (two bytes for each pair).</summary>
    public int ReadMapHeader()
    {
        EndUnless(TryReadMapHeader(out var count));
        EndUnless(_reader.Remaining >= 2L * count);
        return count;
    }

    /// <summary>Reads the count of a map, which is not checked against the remaining bytes; false if it is cut short.</summary>
    public bool TryReadMapHeader(out int count) =>
        TryReadCount(MessagePackCode.MinFixMap, MessagePackCode.Map16, MessagePackCode.Map32, out count);

    /// <summary>Reads what precedes an extension's data and refuses a length that the remaining bytes cannot hold.</summary>
    public ExtensionHeader ReadExtensionFormatHeader()
    {
        EndUnless(TryReadExtensionFormatHeader(out var header));
        EndUnless(_reader.Remaining >= header.Length);
        return header;
    }

    /// <summary>Reads what precedes an extension's data, unchecked against the remaining bytes; false if it is cut short.</summary>
    public bool TryReadExtensionFormatHeader(out ExtensionHeader extensionHeader)
    {
        extensionHeader = default;
        if (_reader.Remaining < 2)
        {
            return false;
        }

        var code = NextCode;
        var width = code switch
        {
            MessagePackCode.Ext8 => 1,
            MessagePackCode.Ext16 => 2,
            MessagePackCode.Ext32 => 4,
            >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16 => 0,
            _ => throw InvalidCode(code),
        };
        Span<byte> scratch = stackalloc byte[6];
        if (!TryPeek(2 + width, scratch, out var bytes))
        {
            return false;
        }

        var length = width == 0 ? 1u << (code - MessagePackCode.FixExt1) : ReadUnsigned(bytes[1..], width);
        extensionHeader = new ExtensionHeader((sbyte)bytes[1 + width], length);
        _reader.Advance(2 + width);
        return true;
    }

    /// <summary>Reads an extension with its data, which is not copied.</summary>
    public ExtensionResult ReadExtensionFormat()
    {
        var header = ReadExtensionFormatHeader();
        return new ExtensionResult(header.TypeCode, Take(header.Length));
    }

    /// <summary>Reads a timestamp of 4, 8 or 12 bytes as UTC; nanoseconds are cut to ticks of 100 ns.</summary>
    public DateTime ReadDateTime()
    {
        var code = NextCode;
        var ahead = CreatePeekReader();
        EndUnless(ahead.TryReadExtensionFormatHeader(out var header));
        if (!IsTimestamp(header))
        {
            throw InvalidCode(code);
        }

        var value = ahead.ReadDateTime(header);
        _reader.Advance(ahead.Consumed - Consumed);
        return value;
    }

    /// <summary>Reads the data of a timestamp whose header was read already.</summary>
    public DateTime ReadDateTime(ExtensionHeader header)
    {
        if (!IsTimestamp(header))
        {
            throw InvalidCode(NextCode);
        }

        var size = (int)header.Length;
        Span<byte> scratch = stackalloc byte[12];
        EndUnless(TryPeek(size, scratch, out var bytes));
        var (seconds, nanoseconds) = size switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes), 0L),
            8 => Split(BinaryPrimitives.ReadUInt64BigEndian(bytes)),
            _ => (BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        };
        var value = DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        _reader.Advance(size);
        return value;
    }

    private static (long Seconds, long Nanoseconds) Split(ulong timestamp64) =>
        ((long)(timestamp64 & 0x3_ffff_ffff), (long)(timestamp64 >> 34));

    private static bool IsTimestamp(ExtensionHeader header) =>
        header.TypeCode == ReservedMessagePackExtensionTypeCode.DateTime && header.Length is 4 or 8 or 12;

    private bool TryReadCount(byte fix, byte code16, byte code32, out int count)
    {
        count = 0;
        if (!_reader.TryPeek(out var code))
        {
            return false;
        }

        var width = code == code16 ? 2 : code == code32 ? 4 : 0;
        if (width == 0 && (code & 0xf0) != fix)
        {
            throw InvalidCode(code);
        }

        Span<byte> scratch = stackalloc byte[5];
        if (!TryPeek(1 + width, scratch, out var bytes))
        {
            return false;
        }

        count = width == 0 ? code & 0xf : checked((int)ReadUnsigned(bytes[1..], width));
        _reader.Advance(1 + width);
        return true;
    }

    private static uint ReadUnsigned(ReadOnlySpan<byte> bytes, int width) => width switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };
}
