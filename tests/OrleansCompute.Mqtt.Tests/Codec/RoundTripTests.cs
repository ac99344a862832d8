using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Codec;

public sealed class RoundTripTests
{
    private static readonly JsonSerializerOptions Describing = new() { Converters = { new SequenceConverter() } };

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public void Decode_OfWhatWasEncoded_GivesTheSamePacket(MqttProtocolVersion version) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll<int>(seed =>
        {
            var packet = new PacketGenerator(seed).Next(version);
            var buffer = new PacketBuffer();
            MqttEncoder.Write(buffer, packet, version);

            // In segments of three bytes, so that every field is split somewhere.
            var bytes = Segments.Of(buffer.Written.ToArray(), 3);
            Assert.True(MqttFrame.TryCut(ref bytes, int.MaxValue, out var frame));
            Assert.True(bytes.IsEmpty);
            var decoded = MqttDecoder.Decode(frame, version);
            Assert.Equal(Describe(packet), Describe(decoded));
        }));

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public void TryCut_OfATruncatedPacket_WaitsForMore(MqttProtocolVersion version) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll<int>(seed =>
        {
            var buffer = new PacketBuffer();
            MqttEncoder.Write(buffer, new PacketGenerator(seed).Next(version), version);
            var length = new Random(seed).Next(buffer.Length);
            var part = new ReadOnlySequence<byte>(buffer.Written[..length]);
            Assert.False(MqttFrame.TryCut(ref part, int.MaxValue, out _));
        }));

    private static string Describe(MqttPacket packet) => JsonSerializer.Serialize(packet, packet.GetType(), Describing);

    private sealed class SequenceConverter : JsonConverter<ReadOnlySequence<byte>>
    {
        public override ReadOnlySequence<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ReadOnlySequence<byte> value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(value.ToArray());
    }
}
