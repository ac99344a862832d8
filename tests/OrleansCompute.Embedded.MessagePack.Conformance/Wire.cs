using System.Buffers;
using MessagePack;

namespace OrleansCompute.Embedded.MessagePack.Conformance;

internal static class Wire
{
    public delegate void WriteAction(ref MessagePackWriter writer);

    public delegate T ReadFunc<T>(ref MessagePackReader reader);

    public static byte[] Write(WriteAction write, bool oldSpec = false)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output) { OldSpec = oldSpec };
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static string WriteHex(WriteAction write, bool oldSpec = false) => Convert.ToHexStringLower(Write(write, oldSpec));

    /// <summary>Reads one value and checks that nothing is left.</summary>
    public static T Read<T>(byte[] bytes, ReadFunc<T> read) => Read(new ReadOnlySequence<byte>(bytes), read);

    public static T Read<T>(ReadOnlySequence<byte> bytes, ReadFunc<T> read)
    {
        var reader = new MessagePackReader(bytes);
        var value = read(ref reader);
        Assert.True(reader.End, $"{bytes.Length - reader.Consumed} of {bytes.Length} bytes are left");
        return value;
    }

    public static T ReadHex<T>(string hex, ReadFunc<T> read) => Read(Convert.FromHexString(hex), read);

    /// <summary>The same bytes in segments of a given size, so that values lie across buffers.</summary>
    public static ReadOnlySequence<byte> Split(byte[] bytes, int segmentSize)
    {
        var first = new Segment(default, 0);
        var last = first;
        for (var at = 0; at < bytes.Length; at += segmentSize)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(segmentSize, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
