using System.Buffers;
using System.Collections.Concurrent;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;
using DeviceCredentials = OrleansCompute.Contracts.Devices.DeviceCredentials;

namespace OrleansCompute.EndToEnd;

/// <summary>The promise: an acknowledged message is never lost.</summary>
public sealed class DurabilityTests : IDisposable
{
    private const int Messages = 2_000;
    private const int ReadingsPerMessage = 5;
    private const int InFlight = 128;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Publish_WhenTheServerIsKilledInTheMiddle_EveryAcknowledgedReadingIsThereOnce()
    {
        DeviceCredentials credentials;
        var acknowledged = new ConcurrentBag<int>();
        await using (var server = await OcServer.StartAsync(folder["data"]))
        {
            using var api = server.Api();
            await api.Tenants.ConfigureAsync(new TenantSpec { Name = "acme" });
            credentials = await api.Devices.ProvisionAsync("acme", "mote-1");
            await using var device = await ConnectAsync(server, credentials);
            var killed = server.Process;
            await PublishAsync(device, Enumerable.Range(0, Messages), acknowledged, async count =>
            {
                if (count == Messages / 4)
                {
                    await killed.KillAsync();
                }
            });
        }

        Assert.InRange(acknowledged.Count, Messages / 4, Messages - 1);
        await using (var server = await OcServer.StartAsync(folder["data"]))
        {
            using var api = server.Api();
            var stored = await StoredAsync(api);
            var missing = acknowledged.SelectMany(Sequences).Except(stored).Order().ToList();
            Assert.True(missing.Count == 0, $"{missing.Count} acknowledged readings are missing: {string.Join(", ", missing.Take(10))}");

            // The twin is written behind the readings; after the kill it has taken those that it missed.
            Assert.Equal(stored.Count, (await api.Devices.GetAsync("acme", "mote-1")).Readings);

            // What was not acknowledged is sent again, as an agent does; some of it is stored already.
            await using var device = await ConnectAsync(server, credentials);
            var unsure = Enumerable.Range(0, Messages).Except(acknowledged).ToList();
            var again = new ConcurrentBag<int>();
            await PublishAsync(device, unsure, again, _ => Task.CompletedTask);
            Assert.Equal(unsure.Count, again.Count);
            Assert.Equal(Messages * ReadingsPerMessage, (await StoredAsync(api)).Count);
            await Poll.UntilAsync(
                "the twin has every reading once",
                async () => (await api.Devices.GetAsync("acme", "mote-1")).Readings,
                readings => readings == Messages * ReadingsPerMessage);
        }
    }

    private static async Task<MqttClient> ConnectAsync(OcServer server, DeviceCredentials credentials)
    {
        var client = new MqttClient(
            new MqttClientOptions
            {
                Port = server.MqttPort,
                ClientId = credentials.UserName,
                UserName = credentials.UserName,
                Password = credentials.Secret,
                AutomaticReconnect = false,
            },
            TimeProvider.System);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("the device connected");
        return client;
    }

    /// <summary>Publishes in order, many at a time, and notes what was acknowledged, until all is or the connection ends.</summary>
    private static async Task PublishAsync(
        MqttClient client, IEnumerable<int> messages, ConcurrentBag<int> acknowledged, Func<int, Task> onAcknowledged)
    {
        using var window = new SemaphoreSlim(InFlight);
        var tasks = new List<Task>();
        var ended = false;
        var count = 0;
        foreach (var message in messages)
        {
            await window.WaitAsync().OrFailAsync("a message was acknowledged or refused");
            if (Volatile.Read(ref ended))
            {
                break;
            }

            tasks.Add(PublishOneAsync(message));
        }

        await Task.WhenAll(tasks).OrFailAsync("every message was acknowledged or refused");

        async Task PublishOneAsync(int message)
        {
            try
            {
                var result = await client.PublishAsync(Telemetry(message), CancellationToken.None);
                Assert.True(result.IsAccepted, $"message {message}: {result.Reason}");
                acknowledged.Add(message);
                await onAcknowledged(Interlocked.Increment(ref count));
            }
            catch (MqttNotConnectedException)
            {
                Volatile.Write(ref ended, true);
            }
            finally
            {
                window.Release();
            }
        }
    }

    private static MqttMessage Telemetry(int message)
    {
        var payload = new ArrayBufferWriter<byte>();
        TelemetryCodec.Encode(payload, new TelemetryBatch
        {
            Readings =
            [
                .. Sequences(message).Select(sequence => new TelemetryReading
                {
                    Sequence = sequence,
                    MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
                    Values = [new NamedValue("temperature", 20 + (sequence % 7))],
                }),
            ],
        });
        return new MqttMessage
        {
            Topic = "oc/v1/acme/mote-1/telemetry", Payload = payload.WrittenMemory, QoS = MqttQualityOfService.AtLeastOnce,
        };
    }

    private static IEnumerable<long> Sequences(int message) =>
        Enumerable.Range(1, ReadingsPerMessage).Select(i => ((long)message * ReadingsPerMessage) + i);

    /// <summary>All stored sequence numbers; fails where one is stored twice.</summary>
    private static async Task<HashSet<long>> StoredAsync(Client.FabricClient api)
    {
        var stored = new HashSet<long>();
        long last = -1;
        while (await api.Devices.GetReadingsAsync("acme", "mote-1", last, 1_000) is { Count: > 0 } page)
        {
            Assert.All(page, reading => Assert.True(stored.Add(reading.Sequence), $"reading {reading.Sequence} is stored twice"));
            last = page[^1].Sequence;
        }

        Assert.Equal(stored.Count, await api.Devices.CountReadingsAsync("acme", "mote-1"));
        return stored;
    }
}
