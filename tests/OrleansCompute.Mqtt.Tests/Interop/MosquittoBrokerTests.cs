using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Interop;

/// <summary>Our client against mosquitto.</summary>
public sealed class MosquittoBrokerTests
{
    [RequiresProgramFact("mosquitto")]
    public async Task Client_InBothVersionsWithEveryQoS_RoundTrips()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        var configuration = folder["mosquitto.conf"];
        await File.WriteAllTextAsync(configuration, $"listener {port} 127.0.0.1\nallow_anonymous true\n");
        await using var mosquitto = MosquittoProgram.Start("mosquitto", $"-c {configuration}");

        foreach (var version in new[] { MqttProtocolVersion.V311, MqttProtocolVersion.V500 })
        {
            await using var client = new MqttClient(
                new MqttClientOptions { Port = port, ClientId = $"c{version}", ProtocolVersion = version }, TimeProvider.System);
            var inbox = new TestBroker.Inbox(client);
            await ConnectAsync(client);
            await client.SubscribeAsync([new MqttSubscription($"{version}/#", MqttQualityOfService.ExactlyOnce)], CancellationToken.None)
                .OrFailAsync("SUBACK");

            foreach (var qos in Enum.GetValues<MqttQualityOfService>())
            {
                var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.PublishAsync(
                    TestBroker.Message($"{version}/{qos}", $"{i}", qos), CancellationToken.None).AsTask())).OrFailAsync("acknowledgements");
                Assert.All(results, result => Assert.True(result.IsAccepted));
                for (var i = 0; i < 100; i++)
                {
                    var message = await inbox.NextAsync($"message {i} with {qos}");
                    Assert.Equal($"{i}", Encoding.UTF8.GetString(message.Payload.Span));
                    Assert.Equal(qos, message.QoS);
                }
            }

            await client.DisconnectAsync(CancellationToken.None).OrFailAsync("disconnect");
        }
    }

    private static async Task ConnectAsync(MqttClient client)
    {
        // The process needs a moment until it listens: the refusals until then come at once.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await client.ConnectAsync(limit.Token);
                return;
            }
            catch (IOException) when (!limit.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
