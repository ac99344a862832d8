using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Gateway.Hosting;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Storage;
using OrleansCompute.Storage.Hosting;
using OrleansCompute.TestKit;

namespace OrleansCompute.Gateway.Tests.Support;

/// <summary>A gateway on loopback: real Kestrel, real broker, real SQLite and artifact folder; the grains are the test's.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string OperatorKey = "operator-key-0123456789-0123456789";

    private readonly TemporaryFolder folder = new();
    private readonly TestModelSigner signer = new();
    private readonly HttpClient http = new();
    private readonly List<IAsyncDisposable> clients = [];
    private WebApplication app = null!;
    private bool disposed;

    public TestGrains Grains { get; } = new();

    public HeldTelemetryStore Store { get; private set; } = null!;

    public TestModelSigner Signer => signer;

    public IServiceProvider Services => app.Services;

    public Uri Address { get; private set; } = null!;

    public GatewayStatistics Statistics => Services.GetRequiredService<GatewayStatistics>();

    public IArtifactStore Artifacts => Services.GetRequiredService<IArtifactStore>();

    public int MqttPort => Services.GetRequiredService<IGatewayEndpoints>().MqttEndpoint!.Port;

    public static async Task<GatewayHost> StartAsync(Action<GatewayOptions>? configure = null)
    {
        var host = new GatewayHost();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IGrainFactory>(host.Grains);
        builder.Services.AddSingleton<IModelSigner>(host.signer);
        builder.Services.AddFabricStorage(host.folder.Path);
        builder.Services.AddSingleton<ITelemetryStore>(
            services => host.Store = new HeldTelemetryStore(services.GetRequiredService<FabricStorage>().Telemetry));
        builder.Services.AddFabricGateway(options =>
        {
            options.MqttPort = 0;
            options.OperatorKey = OperatorKey;
            configure?.Invoke(options);
        });
        host.app = builder.Build();
        host.app.MapFabricApi();
        await host.app.StartAsync();
        host.Address = new Uri(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    /// <summary>The SDK, as the operator unless another key is given.</summary>
    public FabricClient Api(string? key = OperatorKey) =>
        new(new FabricClientOptions { BaseAddress = Address, ApiKey = key }, http, TimeProvider.System);

    public HttpClient Http => http;

    /// <summary>A tenant with a device that may connect.</summary>
    public async Task ProvisionAsync(string tenant, string device)
    {
        await Grains.Tenant(tenant).Configure(new TenantSpec { Name = tenant });
        await Grains.Device(tenant, device).Provision();
    }

    public MqttClient Client(Action<MqttClientOptions> configure)
    {
        var options = new MqttClientOptions { Port = MqttPort, AutomaticReconnect = false };
        configure(options);
        var client = new MqttClient(options, TimeProvider.System);
        clients.Add(client);
        return client;
    }

    /// <summary>A connected device.</summary>
    public async Task<MqttClient> ConnectAsync(string tenant, string device, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        var client = Client(options =>
        {
            options.ClientId = $"{tenant}.{device}";
            options.UserName = $"{tenant}/{device}";
            options.Password = $"secret-of-{device}";
            options.ProtocolVersion = version;
        });
        await client.ConnectAsync(CancellationToken.None).OrFailAsync($"device {tenant}/{device} connected");
        return client;
    }

    public static MqttMessage Message(string topic, ReadOnlyMemory<byte> payload) =>
        new() { Topic = topic, Payload = payload, QoS = MqttQualityOfService.AtLeastOnce };

    public static MqttMessage Telemetry(string tenant, string device, long first, int count) =>
        Message($"oc/v1/{tenant}/{device}/telemetry", Encode(TelemetryCodec.Encode, new TelemetryBatch
        {
            Readings =
            [
                .. Enumerable.Range(0, count).Select(i => new TelemetryReading
                {
                    Sequence = first + i,
                    MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(first + i),
                    Values = [new NamedValue("temperature", 20 + i)],
                }),
            ],
        }));

    public static byte[] Encode<T>(Encoder<T> encode, T value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        encode(bytes, value);
        return bytes.WrittenSpan.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        await app.StopAsync();
        await app.DisposeAsync();
        http.Dispose();
        signer.Dispose();
        folder.Dispose();
    }

    internal delegate void Encoder<T>(IBufferWriter<byte> output, in T value);
}
