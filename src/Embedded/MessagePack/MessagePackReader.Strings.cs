using System.Buffers;
using System.Text;

namespace MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads bytes, which are not copied, or null for nil. Text is accepted too, as the old format wrote bytes so.</summary>
    public ReadOnlySequence<byte>? ReadBytes()
    {
        if (TryReadNil())
        {
            return null;
        }

        var length = ReadBytesLength();
        EndUnless(length <= _reader.Remaining);
        return Take(length);
    }

    /// <summary>Reads the UTF-8 bytes of text, which are neither copied nor checked, or null for nil.</summary>
    public ReadOnlySequence<byte>? ReadStringSequence()
    {
        if (TryReadNil())
        {
            return null;
        }

        var length = ReadStringLength();
        EndUnless(length <= _reader.Remaining);
        return Take(length);
    }

    /// <summary>
    /// Reads the UTF-8 bytes of text if they lie in one buffer. Otherwise, and for nil, false, and the value stays unread.
    /// </summary>
    public bool TryReadStringSpan(out ReadOnlySpan<byte> span)
    {
        span = default;
        if (IsNil)
        {
            return false;
        }

        var before = _reader;
        var length = checked((int)ReadStringLength());
        EndUnless(length <= _reader.Remaining);
        if (_reader.UnreadSpan.Length < length)
        {
            _reader = before;
            return false;
        }

        span = _reader.UnreadSpan[..length];
        _reader.Advance(length);
        return true;
    }

    /// <summary>Reads text, or null for nil; bytes that are not UTF-8 become U+FFFD.</summary>
    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        var length = ReadStringLength();
        EndUnless(length <= _reader.Remaining);
        var bytes = Take(length);
        return bytes.IsSingleSegment ? Encoding.UTF8.GetString(bytes.FirstSpan) : Encoding.UTF8.GetString(bytes);
    }

    private uint ReadStringLength()
    {
        EndUnless(TryReadLength(MessagePackCode.Str8, out var length));
        return length;
    }

    private uint ReadBytesLength()
    {
        var isBytes = NextCode is MessagePackCode.Bin8 or MessagePackCode.Bin16 or MessagePackCode.Bin32;
        EndUnless(TryReadLength(isBytes ? MessagePackCode.Bin8 : MessagePackCode.Str8, out var length));
        return length;
    }

    // The three formats of a length follow one another: 8, 16, 32 bits.
    private bool TryReadLength(byte code8, out uint length)
    {
        length = 0;
        var code = NextCode;
        if (code8 == MessagePackCode.Str8 && code is >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr)
        {
            length = (uint)(code - MessagePackCode.MinFixStr);
            _reader.Advance(1);
            return true;
        }

        if (code < code8 || code > code8 + 2)
        {
            throw InvalidCode(code);
        }

        var width = 1 << (code - code8);
        Span<byte> scratch = stackalloc byte[5];
        if (!TryPeek(1 + width, scratch, out var bytes))
        {
            return false;
        }

        length = ReadUnsigned(bytes[1..], width);
        _reader.Advance(1 + width);
        return true;
    }
}
