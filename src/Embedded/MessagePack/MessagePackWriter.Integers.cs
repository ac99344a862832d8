namespace MessagePack;

public ref partial struct MessagePackWriter
{
    /// <summary>Writes an integer in 1 to 2 bytes.</summary>
    public void Write(byte value) => Write((ulong)value);

    /// <summary>Writes uint 8, also where a shorter format would do.</summary>
    public void WriteUInt8(byte value) => WriteCodeAnd1(MessagePackCode.UInt8, value);

    /// <summary>Writes an integer in 1 to 2 bytes.</summary>
    public void Write(sbyte value) => Write((long)value);

    /// <summary>Writes int 8, also where a shorter format would do.</summary>
    public void WriteInt8(sbyte value) => WriteCodeAnd1(MessagePackCode.Int8, (byte)value);

    /// <summary>Writes an integer in 1 to 3 bytes.</summary>
    public void Write(ushort value) => Write((ulong)value);

    /// <summary>Writes uint 16, also where a shorter format would do.</summary>
    public void WriteUInt16(ushort value) => WriteCodeAnd2(MessagePackCode.UInt16, value);

    /// <summary>Writes an integer in 1 to 3 bytes.</summary>
    public void Write(short value) => Write((long)value);

    /// <summary>Writes int 16, also where a shorter format would do.</summary>
    public void WriteInt16(short value) => WriteCodeAnd2(MessagePackCode.Int16, (ushort)value);

    /// <summary>Writes an integer in 1 to 5 bytes.</summary>
    public void Write(uint value) => Write((ulong)value);

    /// <summary>Writes uint 32, also where a shorter format would do.</summary>
    public void WriteUInt32(uint value) => WriteCodeAnd4(MessagePackCode.UInt32, value);

    /// <summary>Writes an integer in 1 to 5 bytes.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes int 32, also where a shorter format would do.</summary>
    public void WriteInt32(int value) => WriteCodeAnd4(MessagePackCode.Int32, (uint)value);

    /// <summary>Writes an integer in 1 to 9 bytes.</summary>
    public void Write(ulong value)
    {
        switch (value)
        {
            case <= MessagePackRange.MaxFixPositiveInt:
                WriteCode((byte)value);
                break;
            case <= byte.MaxValue:
                WriteUInt8((byte)value);
                break;
            case <= ushort.MaxValue:
                WriteUInt16((ushort)value);
                break;
            case <= uint.MaxValue:
                WriteUInt32((uint)value);
                break;
            default:
                WriteUInt64(value);
                break;
        }
    }

    /// <summary>Writes uint 64, also where a shorter format would do.</summary>
    public void WriteUInt64(ulong value) => WriteCodeAnd8(MessagePackCode.UInt64, value);

    /// <summary>Writes an integer in 1 to 9 bytes; one that is not negative takes an unsigned format.</summary>
    public void Write(long value)
    {
        switch (value)
        {
            case >= 0:
                Write((ulong)value);
                break;
            case >= MessagePackRange.MinFixNegativeInt:
                WriteCode(unchecked((byte)value));
                break;
            case >= sbyte.MinValue:
                WriteInt8((sbyte)value);
                break;
            case >= short.MinValue:
                WriteInt16((short)value);
                break;
            case >= int.MinValue:
                WriteInt32((int)value);
                break;
            default:
                WriteInt64(value);
                break;
        }
    }

    /// <summary>Writes int 64, also where a shorter format would do.</summary>
    public void WriteInt64(long value) => WriteCodeAnd8(MessagePackCode.Int64, (ulong)value);

    /// <summary>How many bytes <see cref="Write(long)"/> takes for the value.</summary>
    public static int GetEncodedLength(long value) => value switch
    {
        >= 0 => GetEncodedLength((ulong)value),
        >= MessagePackRange.MinFixNegativeInt => 1,
        >= sbyte.MinValue => 2,
        >= short.MinValue => 3,
        >= int.MinValue => 5,
        _ => 9,
    };

    /// <summary>How many bytes <see cref="Write(ulong)"/> takes for the value.</summary>
    public static int GetEncodedLength(ulong value) => value switch
    {
        <= MessagePackRange.MaxFixPositiveInt => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };
}
