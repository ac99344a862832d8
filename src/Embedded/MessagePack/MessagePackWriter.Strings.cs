using System.Buffers;
using System.Text;

namespace MessagePack;

public ref partial struct MessagePackWriter
{
    // Up to this length the text is encoded once, behind a guessed header, and moved by a byte or two when the guess was wrong;
    // beyond it a pass that only counts is cheaper than reserving three bytes for every character.
    private const int MaxOnePassChars = 256;

    /// <summary>Writes bytes, or nil for null.</summary>
    public void Write(byte[]? src)
    {
        if (src is null)
        {
            WriteNil();
        }
        else
        {
            Write(src.AsSpan());
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        CopyIn(src);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(in ReadOnlySequence<byte> src)
    {
        WriteBinHeader(checked((int)src.Length));
        WriteRaw(src);
    }

    /// <summary>Starts bytes; that many must follow.</summary>
    public void WriteBinHeader(int length)
    {
        if (OldSpec)
        {
            WriteStringHeader(length);
        }
        else
        {
            WriteLength((uint)length, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);
        }
    }

    /// <summary>Writes text that is UTF-8 already; the bytes are not checked.</summary>
    public void WriteString(in ReadOnlySequence<byte> utf8stringBytes)
    {
        WriteStringHeader(checked((int)utf8stringBytes.Length));
        WriteRaw(utf8stringBytes);
    }

    /// <inheritdoc cref="WriteString(in ReadOnlySequence{byte})"/>
    public void WriteString(ReadOnlySpan<byte> utf8stringBytes)
    {
        WriteStringHeader(utf8stringBytes.Length);
        CopyIn(utf8stringBytes);
    }

    /// <summary>Starts text; that many bytes must follow.</summary>
    public void WriteStringHeader(int byteCount)
    {
        if ((uint)byteCount <= MessagePackRange.MaxFixStringLength)
        {
            WriteCode((byte)(MessagePackCode.MinFixStr | byteCount));
        }
        else
        {
            WriteLength((uint)byteCount, MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32);
        }
    }

    /// <summary>Writes text, or nil for null; a lone surrogate becomes U+FFFD.</summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            Write(value.AsSpan());
        }
    }

    /// <summary>Writes text; a lone surrogate becomes U+FFFD.</summary>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        if (value.Length > MaxOnePassChars)
        {
            var byteCount = Encoding.UTF8.GetByteCount(value);
            var target = GetSpan(checked(byteCount + 5));
            Advance(WriteTextHeader(target, byteCount, OldSpec) + Encoding.UTF8.GetBytes(value, target[TextHeaderLength(byteCount, OldSpec)..]));
            return;
        }

        var span = GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length) + 3);
        var guess = TextHeaderLength(value.Length, OldSpec);
        var length = Encoding.UTF8.GetBytes(value, span[guess..]);
        var header = TextHeaderLength(length, OldSpec);
        if (header != guess)
        {
            span.Slice(guess, length).CopyTo(span[header..]);
        }

        WriteTextHeader(span, length, OldSpec);
        Advance(header + length);
    }

    private static int TextHeaderLength(int byteCount, bool oldSpec) => byteCount switch
    {
        <= MessagePackRange.MaxFixStringLength => 1,
        <= byte.MaxValue when !oldSpec => 2,
        <= ushort.MaxValue => 3,
        _ => 5,
    };

    private static int WriteTextHeader(Span<byte> target, int byteCount, bool oldSpec)
    {
        var length = TextHeaderLength(byteCount, oldSpec);
        target[0] = length switch
        {
            1 => (byte)(MessagePackCode.MinFixStr | byteCount),
            2 => MessagePackCode.Str8,
            3 => MessagePackCode.Str16,
            _ => MessagePackCode.Str32,
        };
        for (var i = length - 1; i >= 1; i--, byteCount >>= 8)
        {
            target[i] = (byte)byteCount;
        }

        return length;
    }
}
