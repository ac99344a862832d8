using System.Buffers;
using System.Text;
using System.Text.Unicode;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Reads the data types of MQTT from one packet's body; every error is a malformed packet.</summary>
internal ref struct MqttReader(ReadOnlySequence<byte> body)
{
    private SequenceReader<byte> _reader = new(body);

    public readonly long Remaining => _reader.Remaining;

    public byte ReadByte(string what) => _reader.TryRead(out var value) ? value : throw Truncated(what);

    public ushort ReadUInt16(string what) => _reader.TryReadBigEndian(out short value) ? (ushort)value : throw Truncated(what);

    public uint ReadUInt32(string what) => _reader.TryReadBigEndian(out int value) ? (uint)value : throw Truncated(what);

    public ushort ReadPacketId()
    {
        var id = ReadUInt16("packet identifier");
        return id != 0 ? id : throw new MqttProtocolException(MqttReasonCode.ProtocolError, "Packet identifier 0; allowed 1 to 65535.");
    }

    public bool ReadBoolean(string what) => ReadByte(what) switch
    {
        0 => false,
        1 => true,
        var other => throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{what} is {other}; allowed 0 or 1."),
    };

    public uint ReadVariableInteger(string what)
    {
        uint value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var digit = ReadByte(what);
            value |= (uint)(digit & 0x7F) << shift;
            if ((digit & 0x80) == 0)
            {
                return digit != 0 || shift == 0 ? value : throw Malformed($"{what} is not in its shortest form.");
            }
        }

        throw Malformed($"{what} has more than 4 bytes.");
    }

    /// <summary>UTF-8, at most 65,535 bytes: no surrogates, no U+0000; a byte-order mark is kept as the character it is.</summary>
    public string ReadString(string what)
    {
        var bytes = ReadBlock(what);
        if (bytes.IsSingleSegment)
        {
            return Decode(bytes.FirstSpan, what);
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        try
        {
            bytes.CopyTo(rented);
            return Decode(rented.AsSpan(0, (int)bytes.Length), what);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public byte[] ReadBinary(string what) => ReadBlock(what).ToArray();

    public ReadOnlySequence<byte> ReadRest()
    {
        var rest = _reader.UnreadSequence;
        _reader.AdvanceToEnd();
        return rest;
    }

    /// <summary>The next bytes as a reader of their own.</summary>
    public ReadOnlySequence<byte> ReadSlice(uint length, string what)
    {
        if (_reader.Remaining < length)
        {
            throw Truncated(what);
        }

        var slice = _reader.Sequence.Slice(_reader.Position, length);
        _reader.Advance(length);
        return slice;
    }

    public readonly void ExpectEnd(MqttPacketType type)
    {
        if (_reader.Remaining != 0)
        {
            throw Malformed($"{_reader.Remaining} bytes too many at the end of {type}.");
        }
    }

    private ReadOnlySequence<byte> ReadBlock(string what) => ReadSlice(ReadUInt16(what), what);

    private static string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw Malformed($"The {what} is not valid UTF-8.");
        }

        return bytes.Contains((byte)0) ? throw Malformed($"The {what} contains U+0000.") : Encoding.UTF8.GetString(bytes);
    }

    private static MqttProtocolException Truncated(string what) => Malformed($"The packet ends within the {what}.");

    private static MqttProtocolException Malformed(string message) => new(MqttReasonCode.MalformedPacket, message);
}
