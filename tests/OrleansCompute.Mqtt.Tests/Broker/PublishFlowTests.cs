using System.Text;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class PublishFlowTests
{
    [Fact]
    public async Task PubAck_WhenHandlersFinishOutOfOrder_ComesInTheOrderOfArrival()
    {
        await using var broker = await TestBroker.StartAsync();
        var decisions = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<MqttPublishDecision>()).ToArray();
        var started = new SemaphoreSlim(0);
        broker.Handler.Publish = publish =>
        {
            started.Release();
            return new ValueTask<MqttPublishDecision>(decisions[broker.Handler.Published.Count - 1].Task);
        };
        var (_, inbox) = await broker.SubscribeAsync("watch", "#");
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V500);
        for (ushort id = 1; id <= 3; id++)
        {
            await raw.SendAsync(Publish(id, $"payload {id}"));
        }

        for (var i = 0; i < 3; i++)
        {
            await started.WaitAsync().OrFailAsync("all three handlers run at the same time");
        }

        decisions[2].SetResult(MqttPublishDecision.Forward);
        decisions[1].SetResult(MqttPublishDecision.Refuse(MqttReasonCode.QuotaExceeded));
        await raw.SendAsync(new PingPacket(MqttPacketType.PingReq));
        Assert.Equal(MqttPacketType.PingResp, (await raw.ReadAsync())!.Type);
        decisions[0].SetResult(MqttPublishDecision.Forward);

        var acks = new[] { await raw.ReadAsync<AckPacket>(), await raw.ReadAsync<AckPacket>(), await raw.ReadAsync<AckPacket>() };
        Assert.Equal([1, 2, 3], acks.Select(ack => (int)ack.PacketId));
        Assert.Equal([MqttReasonCode.Success, MqttReasonCode.QuotaExceeded, MqttReasonCode.Success], acks.Select(ack => ack.Reason));
        Assert.Equal("payload 1", await inbox.NextTextAsync("the first message"));
        Assert.Equal("payload 3", await inbox.NextTextAsync("the third message"));
    }

    [Fact]
    public async Task Publish_WhenTheWindowIsFull_StopsReadingA311Client()
    {
        await using var broker = await TestBroker.StartAsync(options => options.ReceiveMaximum = 2);
        var gate = new TaskCompletionSource<MqttPublishDecision>();
        broker.Handler.Publish = _ => new ValueTask<MqttPublishDecision>(gate.Task);
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V311);
        for (ushort id = 1; id <= 5; id++)
        {
            await raw.SendAsync(Publish(id, "x"));
        }

        await raw.SendAsync(new PingPacket(MqttPacketType.PingReq));
        var next = raw.ReadAsync();
        while (broker.Handler.Published.Count < 2)
        {
            await Task.Yield();
        }

        Assert.False(next.IsCompleted);
        Assert.Equal(2, broker.Handler.Published.Count);
        gate.SetResult(MqttPublishDecision.Consume);
        Assert.Equal(MqttPacketType.PubAck, (await next)!.Type);
        for (var i = 2; i <= 5; i++)
        {
            Assert.Equal(i, (await raw.ReadAsync<AckPacket>()).PacketId);
        }

        await raw.ReadAsync<PingPacket>();
    }

    [Fact]
    public async Task Publish_WhenAVersion5ClientExceedsTheReceiveMaximum_IsDisconnected()
    {
        await using var broker = await TestBroker.StartAsync(options => options.ReceiveMaximum = 2);
        broker.Handler.Publish = _ => new ValueTask<MqttPublishDecision>(new TaskCompletionSource<MqttPublishDecision>().Task);
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V500);

        await raw.SendAsync(Publish(1, "x"), Publish(2, "x"), Publish(3, "x"));

        Assert.Equal(MqttReasonCode.ReceiveMaximumExceeded, (await raw.ReadAsync<DisconnectPacket>()).Reason);
        Assert.Null(await raw.ReadAsync());
    }

    [Fact]
    public async Task Publish_WhenTheHandlerThrows_IsRefusedAndTheConnectionGoesOn()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Publish = publish => publish.Topic == "bad"
            ? throw new InvalidOperationException("disk full")
            : ValueTask.FromResult(MqttPublishDecision.Consume);
        var client = await broker.ConnectAsync("p");

        var bad = await client.PublishAsync(TestBroker.Message("bad", "x"), CancellationToken.None);
        var good = await client.PublishAsync(TestBroker.Message("good", "x"), CancellationToken.None);

        Assert.Equal(MqttReasonCode.UnspecifiedError, bad.Reason);
        Assert.True(good.IsAccepted);
    }

    [Fact]
    public async Task Publish_WhenRefusedFor311_IsNotAcknowledgedUnlessItCanNeverSucceed()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Publish = publish => ValueTask.FromResult(MqttPublishDecision.Refuse(
            publish.Topic == "forbidden" ? MqttReasonCode.NotAuthorized : MqttReasonCode.QuotaExceeded));
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V311);

        await raw.SendAsync(Publish(1, "x", "forbidden"));
        Assert.Equal(1, (await raw.ReadAsync<AckPacket>()).PacketId);
        await raw.SendAsync(Publish(2, "x", "busy"));

        Assert.Null(await raw.ReadAsync());
    }

    [Fact]
    public async Task Publish_WithQoS2Repeated_IsHandledOnce()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V500);
        PublishPacket Exactly(bool duplicate) => new()
        {
            Topic = "t", QoS = MqttQualityOfService.ExactlyOnce, PacketId = 7,
            Duplicate = duplicate, Payload = new(Encoding.UTF8.GetBytes("x")),
        };

        await raw.SendAsync(Exactly(false));
        Assert.Equal(MqttPacketType.PubRec, (await raw.ReadAsync<AckPacket>()).Type);
        await raw.SendAsync(Exactly(true));
        Assert.Equal(MqttPacketType.PubRec, (await raw.ReadAsync<AckPacket>()).Type);
        await raw.SendAsync(new AckPacket(MqttPacketType.PubRel) { PacketId = 7 });
        Assert.Equal(MqttPacketType.PubComp, (await raw.ReadAsync<AckPacket>()).Type);
        Assert.Single(broker.Handler.Published);
        await raw.SendAsync(new AckPacket(MqttPacketType.PubRel) { PacketId = 7 });
        Assert.Equal(MqttReasonCode.PacketIdentifierNotFound, (await raw.ReadAsync<AckPacket>()).Reason);
    }

    [Fact]
    public async Task Publish_WithTopicAlias_IsResolvedPerConnection()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("p", MqttProtocolVersion.V500);
        PublishPacket Aliased(string topic, ushort alias) =>
            new() { Topic = topic, Properties = new MqttProperties { TopicAlias = alias } };

        await raw.SendAsync(
            Aliased("long/topic", 3), Aliased("", 3), Aliased("other", 3), Aliased("", 3), new PingPacket(MqttPacketType.PingReq));
        await raw.ReadAsync<PingPacket>();
        Assert.Equal(["long/topic", "long/topic", "other", "other"], broker.Handler.Published.Select(item => item.Topic));
        await raw.SendAsync(Aliased("t", 17));

        Assert.Equal(MqttReasonCode.TopicAliasInvalid, (await raw.ReadAsync<DisconnectPacket>()).Reason);
    }

    private static PublishPacket Publish(ushort id, string payload, string topic = "t") => new()
    {
        Topic = topic, QoS = MqttQualityOfService.AtLeastOnce, PacketId = id, Payload = new(Encoding.UTF8.GetBytes(payload)),
    };
}
