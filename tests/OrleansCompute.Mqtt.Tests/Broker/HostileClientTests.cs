using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Tests.Codec;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class HostileClientTests
{
    [Fact]
    public async Task Broker_WhenClientsSendGarbage_ClosesThemAndServesTheOthers()
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, inbox) = await broker.SubscribeAsync("good", "only/this");
        var random = new Random(7);
        for (var i = 0; i < 150; i++)
        {
            await using var raw = await RawClient.OpenAsync(broker.Port, MqttProtocolVersion.V500);
            try
            {
                if (i % 2 == 0)
                {
                    await raw.SendAsync(new ConnectPacket { Version = MqttProtocolVersion.V500, ClientId = $"bad{i}", CleanStart = true });
                }

                for (var n = 0; n < 5; n++)
                {
                    await raw.SendBytesAsync(FuzzTests.Mutated(random, MqttProtocolVersion.V500, i * 5 + n));
                }
            }
            catch (IOException)
            {
                // The broker has closed the connection while the bytes were sent, as it should.
            }
        }

        var sender = await broker.ConnectAsync("sender");
        await sender.PublishAsync(TestBroker.Message("only/this", "alive"), CancellationToken.None).AsTask().OrFailAsync("PUBACK");

        Assert.Equal("alive", await inbox.NextTextAsync("the message after the garbage"));
        Assert.True(broker.Broker.Statistics.ProtocolErrors > 50);
    }

    [Fact]
    public async Task Broker_WhenAPacketIsTooLarge_SaysSoBeforeItHasArrived()
    {
        await using var broker = await TestBroker.StartAsync(options => options.MaximumPacketSizeBytes = 1_000);
        var raw = await broker.ConnectRawAsync("c", MqttProtocolVersion.V500);

        await raw.SendBytesAsync(Convert.FromHexString("30E907"));

        Assert.Equal(MqttReasonCode.PacketTooLarge, (await raw.ReadAsync<DisconnectPacket>()).Reason);
        Assert.Null(await raw.ReadAsync());
    }

    [Theory]
    [InlineData("a/#/b")]
    [InlineData("a+")]
    [InlineData("#b")]
    public async Task Subscribe_WhenTheFilterIsMalformed_Disconnects(string filter)
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("c", MqttProtocolVersion.V500);

        await raw.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new MqttSubscription(filter)] });

        Assert.Equal(MqttReasonCode.TopicFilterInvalid, (await raw.ReadAsync<DisconnectPacket>()).Reason);
    }

    [Fact]
    public async Task Connect_WhenSentTwice_Disconnects()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("c", MqttProtocolVersion.V500);

        await raw.SendAsync(new ConnectPacket { Version = MqttProtocolVersion.V500, ClientId = "c" });

        Assert.Equal(MqttReasonCode.ProtocolError, (await raw.ReadAsync<DisconnectPacket>()).Reason);
    }
}
