using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MessagePack;

/// <summary>
/// Writes MessagePack to a buffer, every value in its shortest format. What was written reaches the buffer writer only with
/// <see cref="Flush"/> (or when a block is full). A value type: pass it by reference, never copy it. Not thread-safe.
/// </summary>
public ref partial struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _free;
    private int _pending;

    /// <summary>Starts writing.</summary>
    /// <param name="writer">Receives the bytes.</param>
    public MessagePackWriter(IBufferWriter<byte> writer)
        : this()
    {
        ArgumentNullException.ThrowIfNull(writer);
        _output = writer;
    }

    /// <summary>For those who serialise with this writer; the writer itself never looks at it.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Whether to write bytes and text as the format did before 2013: no str 8, no bin. Default false.</summary>
    public bool OldSpec { get; set; }

    /// <summary>A writer with the same settings over another buffer.</summary>
    public readonly MessagePackWriter Clone(IBufferWriter<byte> writer) =>
        new(writer) { OldSpec = OldSpec, CancellationToken = CancellationToken };

    /// <summary>Hands everything written so far to the buffer writer.</summary>
    public void Flush()
    {
        if (_pending > 0)
        {
            _output.Advance(_pending);
            _pending = 0;
            _free = default;
        }
    }

    /// <summary>Space for raw bytes; what was filled is kept with <see cref="Advance"/>.</summary>
    /// <param name="length">The least number of bytes needed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int length)
    {
        if (_free.Length < length)
        {
            Grow(length);
        }

        return _free;
    }

    /// <summary>Keeps the first bytes of the span that <see cref="GetSpan"/> gave.</summary>
    /// <param name="length">How many bytes were filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int length)
    {
        _free = _free[length..];
        _pending += length;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    /// <summary>Copies a value that is MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> rawMessagePackBlock) => CopyIn(rawMessagePackBlock);

    /// <inheritdoc cref="WriteRaw(ReadOnlySpan{byte})"/>
    public void WriteRaw(in ReadOnlySequence<byte> rawMessagePackBlock)
    {
        foreach (var segment in rawMessagePackBlock)
        {
            CopyIn(segment.Span);
        }
    }

    /// <summary>Starts an array; that many values must follow.</summary>
    public void WriteArrayHeader(int count) => WriteArrayHeader((uint)count);

    /// <inheritdoc cref="WriteArrayHeader(int)"/>
    public void WriteArrayHeader(uint count) =>
        WriteCount(count, MessagePackCode.MinFixArray, MessagePackCode.Array16, MessagePackCode.Array32);

    /// <summary>Starts a map; that many pairs of key and value must follow.</summary>
    public void WriteMapHeader(int count) => WriteMapHeader((uint)count);

    /// <inheritdoc cref="WriteMapHeader(int)"/>
    public void WriteMapHeader(uint count) =>
        WriteCount(count, MessagePackCode.MinFixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    /// <summary>Writes true or false.</summary>
    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes the UTF-16 code unit as an integer.</summary>
    public void Write(char value) => Write((ushort)value);

    /// <summary>Writes a number of 32 bits, NaN payloads included.</summary>
    public void Write(float value) => WriteCodeAnd4(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a number of 64 bits, NaN payloads included.</summary>
    public void Write(double value) => WriteCodeAnd8(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>
    /// Writes a timestamp of 4, 8 or 12 bytes, the shortest that holds it. Local time becomes UTC; unspecified is taken as UTC.
    /// </summary>
    /// <exception cref="NotSupportedException"><see cref="OldSpec"/> is on, whose format has no timestamps.</exception>
    public void Write(DateTime dateTime)
    {
        if (OldSpec)
        {
            throw new NotSupportedException("The old MessagePack format has no timestamps; turn OldSpec off.");
        }

        var utc = dateTime.Kind == DateTimeKind.Local ? dateTime.ToUniversalTime() : dateTime;
        var (seconds, ticks) = Math.DivRem(utc.Ticks, TimeSpan.TicksPerSecond);
        seconds -= DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;
        var nanoseconds = (ulong)(ticks * TimeSpan.NanosecondsPerTick);
        const byte type = unchecked((byte)ReservedMessagePackExtensionTypeCode.DateTime);
        var span = GetSpan(15);
        if (seconds >> 34 != 0)
        {
            (span[0], span[1], span[2]) = (MessagePackCode.Ext8, 12, type);
            BinaryPrimitives.WriteUInt32BigEndian(span[3..], (uint)nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(span[7..], seconds);
            Advance(15);
        }
        else if (nanoseconds == 0 && seconds <= uint.MaxValue)
        {
            (span[0], span[1]) = (MessagePackCode.FixExt4, type);
            BinaryPrimitives.WriteUInt32BigEndian(span[2..], (uint)seconds);
            Advance(6);
        }
        else
        {
            (span[0], span[1]) = (MessagePackCode.FixExt8, type);
            BinaryPrimitives.WriteUInt64BigEndian(span[2..], (nanoseconds << 34) | (ulong)seconds);
            Advance(10);
        }
    }

    /// <summary>Starts an extension; as many bytes as the header says must follow.</summary>
    public void WriteExtensionFormatHeader(ExtensionHeader extensionHeader)
    {
        var (length, type) = (extensionHeader.Length, (byte)extensionHeader.TypeCode);
        byte fixedCode = length switch
        {
            1 => MessagePackCode.FixExt1,
            2 => MessagePackCode.FixExt2,
            4 => MessagePackCode.FixExt4,
            8 => MessagePackCode.FixExt8,
            16 => MessagePackCode.FixExt16,
            _ => 0,
        };
        if (fixedCode != 0)
        {
            WriteCode(fixedCode);
        }
        else
        {
            WriteLength(length, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32);
        }

        WriteCode(type);
    }

    /// <summary>Writes an extension with its data.</summary>
    public void WriteExtensionFormat(ExtensionResult extensionData)
    {
        WriteExtensionFormatHeader(extensionData.Header);
        WriteRaw(extensionData.Data);
    }

    private void WriteCount(uint count, byte fix, byte code16, byte code32)
    {
        if (count <= 15)
        {
            WriteCode((byte)(fix | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCodeAnd2(code16, (ushort)count);
        }
        else
        {
            WriteCodeAnd4(code32, count);
        }
    }

    private void WriteLength(uint length, byte code8, byte code16, byte code32)
    {
        if (length <= byte.MaxValue)
        {
            WriteCodeAnd1(code8, (byte)length);
        }
        else if (length <= ushort.MaxValue)
        {
            WriteCodeAnd2(code16, (ushort)length);
        }
        else
        {
            WriteCodeAnd4(code32, length);
        }
    }

    private void WriteCode(byte code)
    {
        GetSpan(1)[0] = code;
        Advance(1);
    }

    private void WriteCodeAnd1(byte code, byte value)
    {
        var span = GetSpan(2);
        span[0] = code;
        span[1] = value;
        Advance(2);
    }

    private void WriteCodeAnd2(byte code, ushort value)
    {
        var span = GetSpan(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        Advance(3);
    }

    private void WriteCodeAnd4(byte code, uint value)
    {
        var span = GetSpan(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        Advance(5);
    }

    private void WriteCodeAnd8(byte code, ulong value)
    {
        var span = GetSpan(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        Advance(9);
    }

    // Block by block, so that a large value does not ask the buffer writer for one large block.
    private void CopyIn(scoped ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var span = GetSpan(1);
            var count = Math.Min(span.Length, source.Length);
            source[..count].CopyTo(span);
            Advance(count);
            source = source[count..];
        }
    }

    private void Grow(int length)
    {
        Flush();
        _free = _output.GetSpan(length);
        if (_free.Length < length || _free.IsEmpty)
        {
            ThrowShortSpan(length, _free.Length);
        }
    }

    [DoesNotReturn]
    private static void ThrowShortSpan(int asked, int given) =>
        throw new InvalidOperationException($"The buffer writer gave {given} bytes when asked for {asked}.");
}
