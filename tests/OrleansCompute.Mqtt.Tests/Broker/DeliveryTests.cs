using System.Text;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class DeliveryTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfService.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfService.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfService.ExactlyOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfService.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfService.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfService.ExactlyOnce)]
    public async Task Publish_WhenManyAreSent_ArriveInOrder(MqttProtocolVersion version, MqttQualityOfService qos)
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, inbox) = await broker.SubscribeAsync("s", "a/+/c", qos, options => options.ProtocolVersion = version);
        var publisher = await broker.ConnectAsync("p", options => options.ProtocolVersion = version);

        var sent = Enumerable.Range(0, 500)
            .Select(i => publisher.PublishAsync(TestBroker.Message("a/b/c", $"{i}", qos), CancellationToken.None).AsTask()).ToArray();
        await Task.WhenAll(sent).OrFailAsync("all publishes are acknowledged");

        for (var i = 0; i < 500; i++)
        {
            var message = await inbox.NextAsync($"message {i}");
            Assert.Equal($"{i}", Encoding.UTF8.GetString(message.Payload.Span));
            Assert.Equal(qos, message.QoS);
        }
    }

    [Fact]
    public async Task Publish_WhenPropertiesAreSet_ArrivesWithThem()
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, inbox) = await broker.SubscribeAsync("s", "#");
        var publisher = await broker.ConnectAsync("p");

        await publisher.PublishAsync(
            new MqttMessage
            {
                Topic = "t",
                Payload = "x"u8.ToArray(),
                QoS = MqttQualityOfService.AtLeastOnce,
                ContentType = "application/json",
                ResponseTopic = "answers/1",
                CorrelationData = new byte[] { 1, 2, 3 },
                UserProperties = [new("b", "2"), new("a", "1"), new("b", "3")],
                PayloadIsText = true,
                MessageExpiry = TimeSpan.FromMinutes(1),
            },
            CancellationToken.None);

        var message = await inbox.NextAsync("the message");
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("answers/1", message.ResponseTopic);
        Assert.Equal([1, 2, 3], message.CorrelationData!.Value.ToArray());
        Assert.Equal([new("b", "2"), new("a", "1"), new("b", "3")], message.UserProperties);
        Assert.True(message.PayloadIsText);
        Assert.Equal(TimeSpan.FromMinutes(1), message.MessageExpiry);
    }

    [Fact]
    public async Task PublishAsync_FromTheServer_ReachesSubscribersAndReportsTheirNumber()
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, first) = await broker.SubscribeAsync("a", "offers/#");
        var (_, second) = await broker.SubscribeAsync("b", "offers/+");

        var outcome = await broker.Broker.PublishAsync(TestBroker.Message("offers/1", "v1"), CancellationToken.None);

        Assert.Equal(2, outcome.QueuedSessions);
        Assert.Equal("v1", await first.NextTextAsync("the offer at a"));
        Assert.Equal("v1", await second.NextTextAsync("the offer at b"));
    }
}
