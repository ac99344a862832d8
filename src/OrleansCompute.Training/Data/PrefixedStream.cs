namespace OrleansCompute.Training.Data;

/// <summary>Puts bytes already taken from a stream back in front of it, so that streams which cannot seek can be looked at. Leaves the inner stream open.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream inner) : Stream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of a prefixed stream is not known; read to its end.");

    public override long Position
    {
        get => throw new NotSupportedException("A prefixed stream has no position; read it from beginning to end.");
        set => throw new NotSupportedException("A prefixed stream cannot seek; read it from beginning to end.");
    }

    public override int Read(Span<byte> buffer)
    {
        if (_prefix.IsEmpty || buffer.IsEmpty)
        {
            return inner.Read(buffer);
        }

        var count = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..count].CopyTo(buffer);
        _prefix = _prefix[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException("A prefixed stream cannot seek; read it from beginning to end.");

    public override void SetLength(long value) => throw new NotSupportedException("A prefixed stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A prefixed stream is read-only.");
}
