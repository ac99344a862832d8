using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>
/// A growing pooled buffer to which packets are appended, contiguous so that lengths can be set after the content is known. It
/// holds no memory while it is empty, which keeps idle connections small. Not thread-safe.
/// </summary>
internal sealed class PacketBuffer : IBufferWriter<byte>
{
    private const int FirstSize = 1_024;
    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Drops what was written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Forgets the content and gives the memory back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        Length = 0;
    }

    public void WriteByte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void WriteUInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(GetSpan(2), (ushort)value);
        Length += 2;
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(GetSpan(4), value);
        Length += 4;
    }

    public void WriteVariableInteger(uint value)
    {
        Reserve(4);
        do
        {
            var digit = (byte)(value & 0x7F);
            value >>= 7;
            _bytes[Length++] = value > 0 ? (byte)(digit | 0x80) : digit;
        }
        while (value > 0);
    }

    public void WriteString(string value)
    {
        Reserve(2 + Encoding.UTF8.GetMaxByteCount(value.Length));
        var count = Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length + 2));
        if (count > ushort.MaxValue)
        {
            throw new ArgumentException($"A string of {count} bytes; MQTT allows up to 65535.", nameof(value));
        }

        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(Length), (ushort)count);
        Length += 2 + count;
    }

    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"A field of {value.Length} bytes; MQTT allows up to 65535.", nameof(value));
        }

        WriteUInt16(value.Length);
        WriteRaw(value);
    }

    public void WriteRaw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(GetSpan(value.Length));
        Length += value.Length;
    }

    /// <summary>
    /// Puts the variable-length integer <paramref name="value"/> at <paramref name="position"/>, where one byte was left free for
    /// it, and moves what follows when it needs more.
    /// </summary>
    public void PatchVariableInteger(int position, uint value)
    {
        var extra = value switch { < 1 << 7 => 0, < 1 << 14 => 1, < 1 << 21 => 2, _ => 3 };
        if (extra > 0)
        {
            Reserve(extra);
            _bytes.AsSpan(position + 1, Length - position - 1).CopyTo(_bytes.AsSpan(position + 1 + extra));
        }

        Length += extra;
        for (var at = position; ; at++)
        {
            var digit = (byte)(value & 0x7F);
            value >>= 7;
            _bytes[at] = value > 0 ? (byte)(digit | 0x80) : digit;
            if (value == 0)
            {
                return;
            }
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(Length + count, _bytes.Length * 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
