using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class BrokerLifecycleTests
{
    [Fact]
    public async Task StartAsync_WhenThePortIsInUse_NamesAddressPortAndOption()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var second = new MqttBroker(
            new MqttBrokerOptions { Port = broker.Port }, broker.Handler, TimeProvider.System, NullLoggerFactory.Instance);

        var error = await Assert.ThrowsAsync<MqttListenException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains($"127.0.0.1, port {broker.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("--mqtt-port", error.Message, StringComparison.Ordinal);
        Assert.Equal(broker.Port, error.Port);
    }

    [Fact]
    public void Constructor_WhenOptionsAreOutOfRange_NamesAllOfThem()
    {
        var options = new MqttBrokerOptions { Port = 70_000, ReceiveMaximum = 0, Address = IPAddress.Loopback };

        var error = Assert.Throws<OptionsValidationException>(
            () => new MqttBroker(options, new RecordingHandler(), TimeProvider.System, NullLoggerFactory.Instance));

        Assert.Contains("Port is 70000; allowed 0 to 65535", error.Message, StringComparison.Ordinal);
        Assert.Contains("ReceiveMaximum is 0; allowed 1 to 65535", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WhenNotChanged_HaveTheDocumentedDefaults()
    {
        var options = new MqttBrokerOptions();

        Assert.Equal(IPAddress.Loopback, options.Address);
        Assert.Equal(1883, options.Port);
        Assert.Equal(1_048_576, options.MaximumPacketSizeBytes);
        Assert.Equal(1_024, options.ReceiveMaximum);
        Assert.Equal(1_000, options.MaximumQueuedMessages);
        Assert.Equal(TimeSpan.FromDays(7), options.MaximumSessionExpiry);
        Assert.True(new MqttBrokerOptionsValidator().Validate(null, options).Succeeded);
    }

    [Fact]
    public async Task StopAsync_WhenClientsAreConnected_TellsThemWhy()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.NewClient("c");
        var ended = new TaskCompletionSource<MqttConnectionState.Disconnected>();
        client.ConnectionChanged += state =>
        {
            if (state is MqttConnectionState.Disconnected disconnected)
            {
                ended.TrySetResult(disconnected);
            }
        };
        await client.ConnectAsync(CancellationToken.None);

        await broker.Broker.StopAsync(CancellationToken.None).OrFailAsync("the broker stops");

        Assert.Equal(MqttReasonCode.ServerShuttingDown, (await ended.Task.OrFailAsync("the client hears of it")).Reason);
        Assert.Equal(0, broker.Broker.Statistics.Connections);
        Assert.Equal(["+c", "-c:ServerStopping"], broker.Handler.Lifecycle);
    }
}
