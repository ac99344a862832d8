using System.Buffers.Binary;
using System.IO.Compression;

namespace OrleansCompute.Training.Data;

/// <summary>
/// Reads the parts of an IDX file (http://yann.lecun.com/exdb/mnist: big-endian 32-bit header fields, then unsigned bytes),
/// gzip-compressed or plain, and keeps the offset for error messages. Not thread-safe; does not own the stream.
/// </summary>
internal sealed class IdxReader : IDisposable
{
    private readonly Stream _content;
    private readonly string _file;
    private long _offset;

    private IdxReader(Stream content, string file)
    {
        _content = content;
        _file = file;
    }

    /// <summary>Recognises gzip by its two magic bytes, not by the name: a renamed file still reads.</summary>
    public static IdxReader Open(Stream stream, string file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(file);
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, read), stream);
        var isGzip = read == 2 && head[0] == 0x1f && head[1] == 0x8b;
        return new IdxReader(isGzip ? new GZipStream(whole, CompressionMode.Decompress) : whole, file);
    }

    public void ReadMagic(int expected)
    {
        var at = _offset;
        var magic = ReadInt32("the magic number");
        if (magic != expected)
        {
            throw new DatasetFormatException(_file, at, $"the magic number {expected}", $"{magic}");
        }
    }

    public int ReadSize(string what, int min, int max)
    {
        var at = _offset;
        var value = ReadInt32(what);
        return value >= min && value <= max
            ? value
            : throw new DatasetFormatException(_file, at, $"{what} from {min} to {max}", $"{value}");
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes. The caller has capped the count.</summary>
    public byte[] ReadBytes(long count, long maxBytes, string what)
    {
        if (count > maxBytes)
        {
            throw new DatasetFormatException(_file, _offset, $"at most {maxBytes} bytes of {what}", $"a header that announces {count}");
        }

        // Grown in blocks as data really arrives: a header of 16 bytes cannot make us allocate gigabytes.
        const int Block = 1 << 20;
        var buffer = new byte[Math.Min(count, Block)];
        var length = 0;
        while (length < count)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(count, buffer.Length * 2L));
            }

            var read = Fill(buffer.AsSpan(length));
            length += read;
            _offset += read;
            if (length < buffer.Length)
            {
                throw new DatasetFormatException(_file, _offset, $"{count} bytes of {what}", $"the end of the file after {length}");
            }
        }

        return buffer;
    }

    public void ExpectEnd()
    {
        Span<byte> one = stackalloc byte[1];
        if (Fill(one) != 0)
        {
            throw new DatasetFormatException(_file, _offset, "the end of the file", $"more data, first byte 0x{one[0]:x2}");
        }
    }

    public DatasetFormatException Unexpected(long offset, string expected, string actual) => new(_file, offset, expected, actual);

    public void Dispose() => _content.Dispose();

    private int ReadInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[4];
        var read = Fill(bytes);
        if (read < 4)
        {
            throw new DatasetFormatException(_file, _offset, $"4 bytes of {what}", $"the end of the file after {read}");
        }

        _offset += 4;
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private int Fill(Span<byte> destination)
    {
        try
        {
            return _content.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new DatasetFormatException(_file, _offset, "intact gzip data", $"a damaged stream ({e.Message})", e);
        }
    }
}
