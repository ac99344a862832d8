using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Gateway.Tests.Support;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class FabricMqttTelemetryTests : IAsyncLifetime
{
    private GatewayHost host = null!;

    private TestDeviceGrain Grain => host.Grains.Device("acme", "cam-1");

    public async Task InitializeAsync()
    {
        host = await GatewayHost.StartAsync(options => options.MaxTwinBacklogReadings = 10);
        await host.ProvisionAsync("acme", "cam-1");
        await host.ProvisionAsync("other", "cam-9");
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Publish_WhenCommitIsHeldBack_IsAcknowledgedOnlyAfterIt()
    {
        var commit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Store.Before = _ => commit.Task;
        var client = await host.ConnectAsync("acme", "cam-1");

        var publish = client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 2), CancellationToken.None).AsTask();
        await host.Store.FirstAppend.OrFailAsync("the store was asked to append");

        // The connection still answers, so the acknowledgement is not merely late.
        await client.SubscribeAsync([new MqttSubscription("oc/v1/acme/cam-1/#")], CancellationToken.None);
        Assert.False(publish.IsCompleted);
        Assert.Empty(Grain.Readings);
        Assert.Equal(0, await host.Store.CountReadingsAsync("acme", "cam-1", CancellationToken.None));

        commit.SetResult();
        Assert.True((await publish.OrFailAsync("the message was acknowledged")).IsAccepted);
        Assert.Equal(2, await host.Store.CountReadingsAsync("acme", "cam-1", CancellationToken.None));
    }

    [Fact]
    public async Task Publish_WhenReadingsAreSentAgain_CountsThemOnce()
    {
        var client = await host.ConnectAsync("acme", "cam-1");

        foreach (var first in new[] { 1, 1, 3 })
        {
            Assert.True((await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", first, 5), CancellationToken.None)).IsAccepted);
        }

        await Grain.WhenAsync(g => g.Readings.Count == 7).OrFailAsync("the twin had each reading once");
        Assert.Equal(7, await host.Store.CountReadingsAsync("acme", "cam-1", CancellationToken.None));
        var counters = host.Statistics.Snapshot();
        Assert.Equal((15, 7), (counters.ReadingsReceived, counters.ReadingsStored));
    }

    [Fact]
    public async Task Publish_WhenTheTwinIsSlow_CoalescesThenPushesBack()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Grain.BeforeReadings = () =>
        {
            began.TrySetResult();
            return turn.Task;
        };
        var client = await host.ConnectAsync("acme", "cam-1");
        Assert.True((await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 1), CancellationToken.None)).IsAccepted);
        await began.Task.OrFailAsync("the first call to the twin began");

        // Room for 10 readings: two messages of 5 are acknowledged while the call is under way, the third is stored but waits.
        for (var i = 0; i < 2; i++)
        {
            Assert.True((await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 2 + (5 * i), 5), CancellationToken.None)
                .AsTask().OrFailAsync("a message within the backlog was acknowledged")).IsAccepted);
        }

        var waiting = client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 12, 5), CancellationToken.None).AsTask();
        while (host.Statistics.Snapshot().ReadingsStored < 16)
        {
            await client.SubscribeAsync([new MqttSubscription("oc/v1/acme/cam-1/#")], CancellationToken.None);
        }

        Assert.False(waiting.IsCompleted);
        turn.SetResult();
        Assert.True((await waiting.OrFailAsync("the message that waited was acknowledged")).IsAccepted);
        await Grain.WhenAsync(g => g.Readings.Count == 16).OrFailAsync("the twin got all readings");
        Assert.Equal(Enumerable.Range(1, 16).Select(i => (long)i), Grain.Readings.Select(r => r.Sequence));
        Assert.Equal(2, Grain.ReadingCalls);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V500)]
    [InlineData(MqttProtocolVersion.V311)]
    public async Task Publish_WhenTheStoreFails_IsNotAcknowledgedAsTaken(MqttProtocolVersion version)
    {
        host.Store.Before = _ => Task.FromException(new IOException("The disk is full."));
        var client = await host.ConnectAsync("acme", "cam-1", version);

        var accepted = false;
        try
        {
            accepted = (await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 2), CancellationToken.None)
                .AsTask().OrFailAsync("the publish ended")).IsAccepted;
        }
        catch (MqttNotConnectedException)
        {
            // 3.1.1 has no refusal: the connection ends.
        }

        Assert.False(accepted);
        Assert.Equal(1, host.Statistics.Snapshot().Rejected[nameof(RejectReason.StorageFailed)]);
        host.Store.Before = null;
        var again = await host.ConnectAsync("acme", "cam-1", version);
        Assert.True((await again.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 2), CancellationToken.None)).IsAccepted);
        await Grain.WhenAsync(g => g.Readings.Count == 2).OrFailAsync("the twin got the readings that were sent again");
    }

    [Fact]
    public async Task Publish_WhenTheGrainForgotTheConnection_AttachesAgain()
    {
        var client = await host.ConnectAsync("acme", "cam-1");
        await Grain.WhenAsync(g => g.Attaches == 1).OrFailAsync("the grain heard of the connection");
        Grain.Forget();

        await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 1), CancellationToken.None);

        await Grain.WhenAsync(g => g.Attaches == 2 && g.Connection is not null).OrFailAsync("the gateway attached again");
    }

    [Theory]
    [InlineData("oc/v1/other/cam-9/telemetry", MqttReasonCode.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-2/telemetry", MqttReasonCode.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-1/model/fashion/offer", MqttReasonCode.NotAuthorized)]
    [InlineData("house/kitchen", MqttReasonCode.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-1/nonsense", MqttReasonCode.TopicNameInvalid)]
    public async Task Publish_WhenTopicIsNotItsOwn_IsRefusedAndStoredNowhere(string topic, MqttReasonCode reason)
    {
        var client = await host.ConnectAsync("acme", "cam-1");
        var payload = GatewayHost.Telemetry("acme", "cam-1", 1, 1).Payload;

        Assert.Equal(reason, (await client.PublishAsync(GatewayHost.Message(topic, payload), CancellationToken.None)).Reason);

        // 3.1.1 has no refusal: acknowledged, dropped, counted.
        var old = await host.ConnectAsync("acme", "cam-1", MqttProtocolVersion.V311);
        Assert.True((await old.PublishAsync(GatewayHost.Message(topic, payload), CancellationToken.None)).IsAccepted);
        Assert.Equal(2, host.Statistics.Snapshot().Rejected.Values.Sum());
        Assert.Equal(0, await host.Store.CountReadingsAsync("acme", null, CancellationToken.None));
        Assert.Equal(0, await host.Store.CountReadingsAsync("other", null, CancellationToken.None));
    }

    [Theory]
    [InlineData("oc/v1/other/cam-9/#")]
    [InlineData("oc/v1/+/cam-1/telemetry")]
    [InlineData("#")]
    public async Task Subscribe_WhenFilterIsNotItsOwn_IsRefused(string filter)
    {
        var client = await host.ConnectAsync("acme", "cam-1");

        var result = await client.SubscribeAsync([new MqttSubscription(filter)], CancellationToken.None);

        Assert.Equal([MqttReasonCode.NotAuthorized], result.Reasons);
    }

    [Theory]
    [InlineData("telemetry")]
    [InlineData("inference")]
    [InlineData("state/reported")]
    [InlineData("sample")]
    [InlineData("model/fashion/fetch")]
    [InlineData("cmd/1/result")]
    public async Task Publish_WhenPayloadsAreFuzzed_CountsThemAndGoesOn(string channel)
    {
        var client = await host.ConnectAsync("acme", "cam-1");
        var random = new Random(7);
        var sound = GatewayHost.Telemetry("acme", "cam-1", 1, 3).Payload.ToArray();
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var payload = i % 2 == 0 ? new byte[random.Next(300)] : [.. sound];
            for (var j = 0; j < 1 + payload.Length / (i % 2 == 0 ? 1 : 20) && payload.Length > 0; j++)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            if (!(await client.PublishAsync(
                GatewayHost.Message($"oc/v1/acme/cam-1/{channel}", payload), CancellationToken.None)).IsAccepted)
            {
                refused++;
            }
        }

        Assert.True(refused > 50, $"{refused} of 200 damaged payloads were refused");
        Assert.Equal(refused, host.Statistics.Snapshot().Rejected.Values.Sum());
        Assert.Equal(0, host.Statistics.Snapshot().Rejected[nameof(RejectReason.GrainFailed)]);
        Assert.True((await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1000, 1), CancellationToken.None)).IsAccepted);
    }

    [Fact]
    public async Task Publish_WhenInferencesAreSentAgain_CountsThemOnce()
    {
        var client = await host.ConnectAsync("acme", "cam-1");
        var report = new InferenceReport
        {
            Model = "fashion",
            Version = 1,
            Results = [new InferenceResult(0, 3, 0.9f, 1.5f), new InferenceResult(1, 4, 0.8f, 1.5f)],
        };
        var message = GatewayHost.Message("oc/v1/acme/cam-1/inference", GatewayHost.Encode(InferenceReportCodec.Encode, report));

        for (var i = 0; i < 2; i++)
        {
            Assert.True((await client.PublishAsync(message, CancellationToken.None)).IsAccepted);
        }

        await Grain.WhenAsync(g => g.Inferences == 2).OrFailAsync("the twin counted the results");
        var counters = host.Statistics.Snapshot();
        Assert.Equal((4, 2), (counters.InferencesReceived, counters.InferencesStored));
    }

    [Fact]
    public async Task Publish_WhenReport_ReachesTheGrainBeforeItIsAcknowledged()
    {
        var client = await host.ConnectAsync("acme", "cam-1");
        var report = new DeviceReport
        {
            AgentVersion = "1.2.3", ModelName = "fashion", ModelVersion = 4, UpdateState = UpdateState.Running, UpdateIssue = 6,
        };

        var result = await client.PublishAsync(
            GatewayHost.Message("oc/v1/acme/cam-1/state/reported", GatewayHost.Encode(DeviceReportCodec.Encode, report)),
            CancellationToken.None);

        Assert.True(result.IsAccepted);
        Assert.Equal(("1.2.3", "fashion", 4), (Grain.Reports[0].AgentVersion, Grain.Reports[0].ModelName, Grain.Reports[0].ModelVersion));
        Assert.Equal(6, Grain.Reports[0].UpdateIssue);
    }
}
