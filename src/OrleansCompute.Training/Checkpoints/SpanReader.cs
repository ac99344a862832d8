using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OrleansCompute.Training.Checkpoints;

/// <summary>Reads little-endian values one after another; checks length and range of each before it allocates.</summary>
internal ref struct SpanReader(ReadOnlySpan<byte> source, int offset)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _offset = offset;

    public int ReadByte(string what, int min, int max) => InRange(ReadBytes(1, what)[0], what, min, max);

    public int ReadInt32(string what, int min, int max) => InRange(BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(4, what)), what, min, max);

    public long ReadInt64(string what, long min)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(8, what));
        return value >= min ? value : throw new CheckpointFormatException($"The checkpoint's {what} is {value}; allowed {min} or more.");
    }

    public ReadOnlySpan<byte> ReadBytes(long count, string what)
    {
        if (count > _source.Length - _offset)
        {
            throw new CheckpointFormatException($"The checkpoint ends within its {what}: {count} bytes are needed at offset {_offset}, {_source.Length - _offset} are left.");
        }

        var bytes = _source.Slice(_offset, (int)count);
        _offset += (int)count;
        return bytes;
    }

    public float[] ReadFloats(int count, string what)
    {
        var bytes = ReadBytes((long)count * sizeof(float), what);
        var values = new float[count];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return values;
    }

    public readonly void ExpectEnd()
    {
        if (_offset != _source.Length)
        {
            throw new CheckpointFormatException($"The checkpoint has {_source.Length - _offset} bytes more than its content, from offset {_offset}.");
        }
    }

    private static int InRange(int value, string what, int min, int max) =>
        value >= min && value <= max ? value : throw new CheckpointFormatException($"The checkpoint's {what} is {value}; allowed {min} to {max}.");
}
