using System.Buffers.Binary;

namespace MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads an integer of any format whose value fits.</summary>
    public byte ReadByte() => (byte)ReadUnsigned(byte.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(ushort.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public uint ReadUInt32() => (uint)ReadUnsigned(uint.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public ulong ReadUInt64() => ReadUnsigned(ulong.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public sbyte ReadSByte() => (sbyte)ReadSigned(sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public short ReadInt16() => (short)ReadSigned(short.MinValue, short.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public int ReadInt32() => (int)ReadSigned(int.MinValue, int.MaxValue);

    /// <summary>Reads an integer of any format whose value fits.</summary>
    public long ReadInt64() => ReadSigned(long.MinValue, long.MaxValue);

    /// <summary>Reads a number of any format; a double or an integer is rounded to the nearest single.</summary>
    public float ReadSingle()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float32:
                return BitConverter.UInt32BitsToSingle((uint)ReadFloatBits(4));
            case MessagePackCode.Float64:
                return (float)BitConverter.UInt64BitsToDouble(ReadFloatBits(8));
            default:
                var bits = PeekInteger(out var negative, out var size);
                _reader.Advance(size);
                return negative ? (long)bits : bits;
        }
    }

    /// <summary>Reads a number of any format; an integer is rounded to the nearest double.</summary>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float32:
                return BitConverter.UInt32BitsToSingle((uint)ReadFloatBits(4));
            case MessagePackCode.Float64:
                return BitConverter.UInt64BitsToDouble(ReadFloatBits(8));
            default:
                var bits = PeekInteger(out var negative, out var size);
                _reader.Advance(size);
                return negative ? (long)bits : bits;
        }
    }

    // An integer that does not fit stays unread, as with the official reader.
    private ulong ReadUnsigned(ulong max)
    {
        var bits = PeekInteger(out var negative, out var size);
        if (negative || bits > max)
        {
            throw new OverflowException($"The integer {Name(bits, negative)} is outside 0 to {max}.");
        }

        _reader.Advance(size);
        return bits;
    }

    private long ReadSigned(long min, long max)
    {
        var bits = PeekInteger(out var negative, out var size);
        if (negative ? (long)bits < min : bits > (ulong)max)
        {
            throw new OverflowException($"The integer {Name(bits, negative)} is outside {min} to {max}.");
        }

        _reader.Advance(size);
        return (long)bits;
    }

    private static string Name(ulong bits, bool negative) => negative ? $"{(long)bits}" : $"{bits}";

    // The two's complement bits of the next integer, which stays unread.
    private readonly ulong PeekInteger(out bool negative, out int size)
    {
        var code = NextCode;
        if (MessagePackCode.ToMessagePackType(code) != MessagePackType.Integer)
        {
            throw InvalidCode(code);
        }

        size = ScalarLength(code);
        Span<byte> scratch = stackalloc byte[9];
        EndUnless(TryPeek(size, scratch, out var bytes));
        var signed = code switch
        {
            MessagePackCode.Int8 or >= MessagePackCode.MinNegativeFixInt => (sbyte)bytes[size - 1],
            MessagePackCode.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes[1..]),
            MessagePackCode.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes[1..]),
            MessagePackCode.Int64 => BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            _ => 0L,
        };
        negative = signed < 0;
        return code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            MessagePackCode.UInt8 => bytes[1],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
            MessagePackCode.UInt64 => BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]),
            _ => (ulong)signed,
        };
    }

    private ulong ReadFloatBits(int width)
    {
        Span<byte> scratch = stackalloc byte[9];
        EndUnless(TryPeek(1 + width, scratch, out var bytes));
        var bits = width == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) : BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]);
        _reader.Advance(1 + width);
        return bits;
    }
}
