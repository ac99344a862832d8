using System.Text;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Interop;

/// <summary>Mosquitto's command-line clients against our broker: an independent reading of the specification.</summary>
public sealed class MosquittoClientTests
{
    private static readonly string[] Versions = ["mqttv311", "mqttv5"];

    [RequiresProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task PublishAndSubscribe_InBothVersionsWithEveryQoS_Arrive()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var version in Versions)
        {
            for (var qos = 0; qos <= 2; qos++)
            {
                // The subscriber before this one has ended, but the broker may not have noticed yet.
                await UntilAsync(() => broker.Broker.Statistics.Subscriptions == 0);
                await using var subscriber = MosquittoProgram.Start(
                    "mosquitto_sub", $"-h 127.0.0.1 -p {broker.Port} -V {version} -q {qos} -t in/+/{qos} -C 3 -F %t:%p:%q");
                await UntilAsync(() => broker.Broker.Statistics.Subscriptions == 1);

                for (var i = 0; i < 3; i++)
                {
                    var (code, output) = await MosquittoProgram.RunAsync(
                        "mosquitto_pub", $"-h 127.0.0.1 -p {broker.Port} -V {version} -q {qos} -t in/{version}/{qos} -m m{i}");
                    Assert.True(code == 0, output);
                    Assert.Equal($"in/{version}/{qos}:m{i}:{qos}", await subscriber.ReadLineAsync());
                }
            }
        }

        Assert.Equal(0, broker.Broker.Statistics.ProtocolErrors);
    }

    [RequiresProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Retained_WhenPublishedBefore_ArrivesMarked()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var version in Versions)
        {
            await MosquittoProgram.RunAsync("mosquitto_pub",
                $"-h 127.0.0.1 -p {broker.Port} -V {version} -q 1 -r -t kept/{version} -m last");

            var (_, output) = await MosquittoProgram.RunAsync(
                "mosquitto_sub", $"-h 127.0.0.1 -p {broker.Port} -V {version} -q 1 -t kept/{version} -C 1 -W 10 -F %p:%r");

            Assert.Equal("last:1", output.Trim());
        }
    }

    [RequiresProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Will_WhenTheClientIsKilled_IsPublished()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var version in Versions)
        {
            var (_, inbox) = await broker.SubscribeAsync($"watch-{version}", $"gone/{version}");
            var watching = Array.IndexOf(Versions, version) + 1;
            await UntilAsync(() => broker.Broker.Statistics.Subscriptions == watching);
            await using (MosquittoProgram.Start(
                "mosquitto_sub",
                $"-h 127.0.0.1 -p {broker.Port} -V {version} -t other --will-topic gone/{version} --will-payload bye --will-qos 1"))
            {
                await UntilAsync(() => broker.Broker.Statistics.Subscriptions > watching);
            }

            Assert.Equal("bye", await inbox.NextTextAsync("the will"));
        }
    }

    [RequiresProgramFact("mosquitto_pub")]
    public async Task Credentials_WhenWrong_AreRefusedAndWhenRight_Accepted()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Connect = request => request.UserName == "u" && Encoding.UTF8.GetString(request.Password.Span) == "p"
            ? MqttConnectDecision.Accept()
            : MqttConnectDecision.Refuse(MqttReasonCode.BadUserNameOrPassword);
        foreach (var version in Versions)
        {
            var target = $"-h 127.0.0.1 -p {broker.Port} -V {version} -q 1 -t a -m b -u u";

            var (good, goodOutput) = await MosquittoProgram.RunAsync("mosquitto_pub", $"{target} -P p");
            var (bad, _) = await MosquittoProgram.RunAsync("mosquitto_pub", $"{target} -P wrong");

            Assert.True(good == 0, goodOutput);
            Assert.NotEqual(0, bad);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
