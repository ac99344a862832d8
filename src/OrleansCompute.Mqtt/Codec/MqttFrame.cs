using System.Buffers;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>One packet cut out of the byte stream: its first byte, and everything after the remaining length.</summary>
internal readonly record struct MqttFrame(byte Header, ReadOnlySequence<byte> Body)
{
    public MqttPacketType Type => (MqttPacketType)(Header >> 4);

    public int Flags => Header & 0x0F;

    /// <summary>
    /// Cuts the first packet off the buffer; false when it is not all there yet. The size is checked as soon as the fixed header
    /// is readable, before anything is buffered for it.
    /// </summary>
    /// <param name="buffer">What has arrived; advanced past the packet on success.</param>
    /// <param name="maximumPacketSize">Bytes, with the fixed header.</param>
    /// <param name="frame">A window on the buffer.</param>
    /// <exception cref="MqttProtocolException">The length is malformed or above the maximum.</exception>
    public static bool TryCut(ref ReadOnlySequence<byte> buffer, int maximumPacketSize, out MqttFrame frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var header))
        {
            return false;
        }

        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (!reader.TryRead(out var digit))
            {
                return false;
            }

            length |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0)
            {
                if (digit == 0 && shift > 0)
                {
                    throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "The remaining length is not in its shortest form.");
                }

                break;
            }

            if (shift == 21)
            {
                throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "The remaining length has more than 4 bytes.");
            }
        }

        if (reader.Consumed + length > maximumPacketSize)
        {
            throw new MqttProtocolException(
                MqttReasonCode.PacketTooLarge,
                $"A packet of {reader.Consumed + length} bytes; allowed up to {maximumPacketSize}.");
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        frame = new MqttFrame(header, buffer.Slice(reader.Position, length));
        buffer = buffer.Slice(frame.Body.End);
        return true;
    }
}
