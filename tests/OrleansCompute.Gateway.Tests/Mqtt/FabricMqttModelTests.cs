using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.Gateway.Tests.Support;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class FabricMqttModelTests : IAsyncLifetime
{
    private readonly byte[] package = new byte[200_001];
    private readonly Channel<MqttMessage> received = Channel.CreateUnbounded<MqttMessage>();
    private GatewayHost host = null!;
    private ArtifactInfo artifact = null!;

    public async Task InitializeAsync()
    {
        host = await GatewayHost.StartAsync(options => options.MaxConcurrentChunks = 2);
        await host.ProvisionAsync("acme", "cam-1");
        await host.ProvisionAsync("acme", "cam-2");
        new Random(3).NextBytes(package);
        artifact = await host.Artifacts.PutAsync(new MemoryStream(package), package.Length, CancellationToken.None);
        host.Grains.Model("acme", "fashion").Add(artifact);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task SetDesiredModel_WhenDeviceIsConnected_OffersASignedModel()
    {
        await SubscribeAsync("cam-1");
        await host.Grains.Device("acme", "cam-1").WhenAsync(g => g.Connection is not null).OrFailAsync("the grain heard of the connection");

        await host.Grains.Device("acme", "cam-1").SetDesiredModel(Desired(1), null);

        AssertOffer(await NextAsync(), issue: 1);
    }

    [Fact]
    public async Task SetDesiredModel_WhenDeviceConnectsLater_OffersItThen()
    {
        await host.Grains.Device("acme", "cam-1").SetDesiredModel(Desired(2), null);

        await SubscribeAsync("cam-1");

        AssertOffer(await NextAsync(), issue: 2);
    }

    [Fact]
    public async Task Fetch_WhenInAWindow_GivesThePackagePieceByPiece()
    {
        const int piece = 64 * 1024;
        var client = await SubscribeAsync("cam-1");
        var offsets = Enumerable.Range(0, (package.Length + piece - 1) / piece).Select(i => (long)i * piece).ToArray();

        await Task.WhenAll(offsets.Select(async offset => Assert.True((await FetchAsync(client, "cam-1", offset, piece)).IsAccepted)));

        var got = new byte[package.Length];
        foreach (var _ in offsets)
        {
            var message = await NextAsync();
            Assert.True(ModelChunkCodec.TryDecode(new ReadOnlySequence<byte>(message.Payload), out var chunk, out var error), error);
            Assert.Equal((1, 7, package.Length), (chunk.Version, chunk.Issue, chunk.TotalBytes));
            chunk.Data.CopyTo(got.AsMemory((int)chunk.Offset));
        }

        Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(SHA256.HashData(got)));
        Assert.Equal(package.Length, host.Statistics.Snapshot().ChunkBytesSent);
        Assert.InRange(host.Grains.Model("acme", "fashion").Gets, 1, 2);
    }

    [Theory]
    [InlineData("fashion", 1, 200_001, MqttReasonCode.PayloadFormatInvalid)]
    [InlineData("fashion", 2, 0, MqttReasonCode.PayloadFormatInvalid)]
    [InlineData("unknown", 1, 0, MqttReasonCode.PayloadFormatInvalid)]
    public async Task Fetch_WhenThereIsNoSuchPiece_IsRefusedAndCounted(string model, int version, long offset, MqttReasonCode reason)
    {
        var client = await SubscribeAsync("cam-1");

        Assert.Equal(reason, (await FetchAsync(client, "cam-1", offset, 1024, model, version)).Reason);
        Assert.Equal(1, host.Statistics.Snapshot().Rejected[nameof(RejectReason.UnknownModel)]);
    }

    [Fact]
    public async Task Fetch_WhenAnotherDeviceFetches_SendsThePieceToThatDeviceOnly()
    {
        await SubscribeAsync("cam-1");
        var other = await host.ConnectAsync("acme", "cam-2");

        Assert.True((await FetchAsync(other, "cam-2", 0, 1024)).IsAccepted);

        Assert.False(received.Reader.TryRead(out _));
        Assert.Equal(1, host.Statistics.Snapshot().Rejected[nameof(RejectReason.NotDelivered)]);
    }

    [Fact]
    public async Task Report_WhenItsRefusalCrossesANewerOffer_ReachesTheGrainWithTheIssueItIsOf()
    {
        var client = await SubscribeAsync("cam-1");
        await host.Grains.Device("acme", "cam-1").SetDesiredModel(Desired(1), null);
        AssertOffer(await NextAsync(), issue: 1);
        await host.Grains.Device("acme", "cam-1").SetDesiredModel(Desired(2), null);
        AssertOffer(await NextAsync(), issue: 2);

        foreach (var issue in new[] { 1L, 0 })
        {
            var refused =
                new Edge.Protocol.Payloads.DeviceReport { AgentVersion = "1", UpdateState = UpdateState.Refused, UpdateIssue = issue };
            var message = GatewayHost.Message("oc/v1/acme/cam-1/state/reported", GatewayHost.Encode(DeviceReportCodec.Encode, refused));
            Assert.True((await client.PublishAsync(message, CancellationToken.None)).IsAccepted);
        }

        // One that names no issue, as from an agent of before the field, is of no offer: a roll-out takes it for none of its own.
        Assert.Equal([1L, 0], host.Grains.Device("acme", "cam-1").Reports.Select(report => report.UpdateIssue));
    }

    private static ValueTask<MqttPublishResult> FetchAsync(
        MqttClient client, string device, long offset, int length, string model = "fashion", int version = 1) =>
        client.PublishAsync(
            GatewayHost.Message(
                $"oc/v1/acme/{device}/model/{model}/fetch",
                GatewayHost.Encode(ModelFetchCodec.Encode, new ModelFetch(version, 7, offset, length))),
            CancellationToken.None);

    private async Task<MqttClient> SubscribeAsync(string device)
    {
        var client = await host.ConnectAsync("acme", device);
        client.MessageHandler = (message, _) => received.Writer.WriteAsync(message, CancellationToken.None);
        await client.SubscribeAsync([new MqttSubscription($"oc/v1/acme/{device}/model/+/offer"),
            new MqttSubscription($"oc/v1/acme/{device}/model/+/chunk")], CancellationToken.None);
        return client;
    }

    private Task<MqttMessage> NextAsync() => received.Reader.ReadAsync().AsTask().OrFailAsync("the device got a message");

    private DesiredModel Desired(long issue) =>
        new() { Name = "fashion", Version = 1, Issue = issue, Sha256 = artifact.Sha256, SizeBytes = artifact.SizeBytes };

    private void AssertOffer(MqttMessage message, long issue)
    {
        Assert.Equal("oc/v1/acme/cam-1/model/fashion/offer", message.Topic);
        Assert.True(ModelOfferCodec.TryDecode(new ReadOnlySequence<byte>(message.Payload), out var offer, out var error), error);
        Assert.Equal(
            ("acme", "fashion", 1, issue, artifact.SizeBytes), (offer.Tenant, offer.Name, offer.Version, offer.Issue, offer.SizeBytes));
        Assert.Equal(artifact.Sha256, Convert.ToHexStringLower(offer.Sha256.Span));
        Assert.True(ModelSignature.Verify(host.Signer.Key, offer));
    }
}
