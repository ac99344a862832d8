using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MessagePack;

/// <summary>
/// Reads MessagePack from a sequence of buffers without copying. A wrong type throws
/// <see cref="MessagePackSerializationException"/>, a value cut short <see cref="EndOfStreamException"/>, a number that does not
/// fit <see cref="OverflowException"/>. A value type: pass it by reference. Not thread-safe.
/// </summary>
public ref partial struct MessagePackReader
{
    private SequenceReader<byte> _reader;

    /// <summary>Starts at the first byte.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> memory)
        : this() => _reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(memory));

    /// <inheritdoc cref="MessagePackReader(ReadOnlyMemory{byte})"/>
    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence)
        : this() => _reader = new SequenceReader<byte>(readOnlySequence);

    /// <summary>For those who deserialise with this reader; the reader itself never looks at it.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>How deep the caller is in nested values; kept for the caller, who raises, lowers and limits it.</summary>
    public int Depth { get; set; }

    /// <summary>Everything that the reader was given.</summary>
    public readonly ReadOnlySequence<byte> Sequence => _reader.Sequence;

    /// <summary>Where the next value starts.</summary>
    public readonly SequencePosition Position => _reader.Position;

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>Whether every byte was read.</summary>
    public readonly bool End => _reader.End;

    /// <summary>Whether the next value is nil.</summary>
    public readonly bool IsNil => NextCode == MessagePackCode.Nil;

    /// <summary>The family of the next value.</summary>
    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    /// <summary>The first byte of the next value, which stays unread.</summary>
    public readonly byte NextCode
    {
        get
        {
            EndUnless(_reader.TryPeek(out var code));
            return code;
        }
    }

    /// <summary>A reader with the same depth and token over other bytes.</summary>
    public readonly MessagePackReader Clone(scoped in ReadOnlySequence<byte> readOnlySequence) =>
        new(readOnlySequence) { CancellationToken = CancellationToken, Depth = Depth };

    /// <summary>A copy that reads on without moving this reader.</summary>
    public readonly MessagePackReader CreatePeekReader() => this;

    /// <summary>Passes over the next value with everything in it, without recursion.</summary>
    public void Skip()
    {
        // Values still to pass. Counting keeps a deeply nested message from overflowing the stack; every value passed costs at
        // least a byte of input, so a false count ends at the end of the input.
        for (long pending = 1; pending > 0; pending--)
        {
            var code = NextCode;
            switch (MessagePackCode.ToMessagePackType(code))
            {
                case MessagePackType.Array:
                    EndUnless(TryReadArrayHeader(out var count));
                    pending += count;
                    break;
                case MessagePackType.Map:
                    EndUnless(TryReadMapHeader(out var pairs));
                    pending += 2L * pairs;
                    break;
                case MessagePackType.String:
                    AdvanceChecked(ReadStringLength());
                    break;
                case MessagePackType.Binary:
                    AdvanceChecked(ReadBytesLength());
                    break;
                case MessagePackType.Extension:
                    EndUnless(TryReadExtensionFormatHeader(out var header));
                    AdvanceChecked(header.Length);
                    break;
                case MessagePackType.Unknown:
                    throw InvalidCode(code);
                default:
                    AdvanceChecked(ScalarLength(code));
                    break;
            }
        }
    }

    /// <summary>Reads nil.</summary>
    public Nil ReadNil()
    {
        EndUnless(_reader.TryRead(out var code));
        return code == MessagePackCode.Nil ? Nil.Default : throw InvalidCode(code);
    }

    /// <summary>Reads nil if that is next; leaves anything else unread.</summary>
    public bool TryReadNil()
    {
        if (!IsNil)
        {
            return false;
        }

        _reader.Advance(1);
        return true;
    }

    /// <summary>Takes bytes as they are.</summary>
    /// <param name="length">How many.</param>
    public ReadOnlySequence<byte> ReadRaw(long length)
    {
        EndUnless(length >= 0 && length <= _reader.Remaining);
        return Take(length);
    }

    /// <summary>Takes the bytes of the next value, with everything in it.</summary>
    public ReadOnlySequence<byte> ReadRaw()
    {
        var start = Position;
        Skip();
        return Sequence.Slice(start, Position);
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        EndUnless(_reader.TryRead(out var code));
        return code switch
        {
            MessagePackCode.True => true,
            MessagePackCode.False => false,
            _ => throw InvalidCode(code),
        };
    }

    /// <summary>Reads a UTF-16 code unit, which is written as an integer.</summary>
    public char ReadChar() => (char)ReadUInt16();

    private static int ScalarLength(byte code) => code switch
    {
        MessagePackCode.UInt8 or MessagePackCode.Int8 => 2,
        MessagePackCode.UInt16 or MessagePackCode.Int16 => 3,
        MessagePackCode.UInt32 or MessagePackCode.Int32 or MessagePackCode.Float32 => 5,
        MessagePackCode.UInt64 or MessagePackCode.Int64 or MessagePackCode.Float64 => 9,
        _ => 1,
    };

    private ReadOnlySequence<byte> Take(long length)
    {
        var taken = _reader.Sequence.Slice(_reader.Position, length);
        _reader.Advance(length);
        return taken;
    }

    private void AdvanceChecked(long length)
    {
        EndUnless(length <= _reader.Remaining);
        _reader.Advance(length);
    }

    // The next bytes in one span: the buffer itself, or the scratch space when they lie across buffers. Stays unread.
    private readonly bool TryPeek(int count, Span<byte> scratch, out ReadOnlySpan<byte> bytes)
    {
        bytes = _reader.UnreadSpan;
        if (bytes.Length >= count)
        {
            return true;
        }

        bytes = scratch[..count];
        return _reader.TryCopyTo(scratch[..count]);
    }

    private static void EndUnless([DoesNotReturnIf(false)] bool enough)
    {
        if (!enough)
        {
            throw new EndOfStreamException();
        }
    }

    private static MessagePackSerializationException InvalidCode(byte code) =>
        new($"Unexpected msgpack code {code} ({MessagePackCode.ToFormatName(code)}) encountered.");
}
