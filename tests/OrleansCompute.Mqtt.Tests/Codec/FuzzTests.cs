using System.Buffers;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Codec;

public sealed class FuzzTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public void Decode_OfRandomAndMutatedBytes_GivesAPacketOrAProtocolError(MqttProtocolVersion version)
    {
        var random = new Random(20_260);
        var (packets, errors) = (0, 0);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = Mutated(random, version, i);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var rest = new ReadOnlySequence<byte>(bytes);
                if (MqttFrame.TryCut(ref rest, 65_536, out var frame))
                {
                    MqttDecoder.Decode(frame, version);
                    packets++;
                }
            }
            catch (MqttProtocolException error)
            {
                Assert.True((byte)error.Reason >= 0x80);
                errors++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 20_000 + (bytes.Length * 40L), $"{allocated} bytes for a packet of {bytes.Length}");
        }

        Assert.True(packets > 100 && errors > 1_000, $"{packets} packets, {errors} errors: the fuzzer does not reach the decoder");
    }

    [Theory]
    [InlineData("30FFFFFFFFFF", MqttReasonCode.MalformedPacket)]
    [InlineData("30FFFFFF7F", MqttReasonCode.PacketTooLarge)]
    [InlineData("C08000", MqttReasonCode.MalformedPacket)]
    [InlineData("3600", MqttReasonCode.MalformedPacket)]
    [InlineData("30040001C328", MqttReasonCode.MalformedPacket)]
    [InlineData("3005000361006200", MqttReasonCode.MalformedPacket)]
    [InlineData("3005000361EDA0", MqttReasonCode.MalformedPacket)]
    [InlineData("30040001 2B00", MqttReasonCode.TopicNameInvalid)]
    [InlineData("3006000161 022300", MqttReasonCode.MalformedPacket)]
    [InlineData("3007000161 03230000", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("3008000161 0401000101", MqttReasonCode.ProtocolError)]
    [InlineData("60020001", MqttReasonCode.MalformedPacket)]
    [InlineData("62020000", MqttReasonCode.ProtocolError)]
    [InlineData("8003000100", MqttReasonCode.MalformedPacket)]
    [InlineData("8203000100", MqttReasonCode.MalformedPacket)]
    [InlineData("E00105", MqttReasonCode.ProtocolError)]
    [InlineData("C00100", MqttReasonCode.MalformedPacket)]
    [InlineData("0000", MqttReasonCode.MalformedPacket)]
    public void Decode_OfAKnownBadPacket_NamesTheReason(string hex, MqttReasonCode reason)
    {
        var bytes = new ReadOnlySequence<byte>(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        var error = Assert.Throws<MqttProtocolException>(() =>
        {
            var rest = bytes;
            Assert.True(MqttFrame.TryCut(ref rest, 65_536, out var frame));
            MqttDecoder.Decode(frame, MqttProtocolVersion.V500);
        });

        Assert.Equal(reason, error.Reason);
    }

    internal static byte[] Mutated(Random random, MqttProtocolVersion version, int seed)
    {
        if (random.Next(3) == 0)
        {
            var noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            return noise;
        }

        var buffer = new PacketBuffer();
        MqttEncoder.Write(buffer, new PacketGenerator(seed).Next(version), version);
        var bytes = buffer.Written.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            bytes[random.Next(Math.Min(bytes.Length, 60))] = (byte)random.Next(256);
        }

        return bytes;
    }
}
