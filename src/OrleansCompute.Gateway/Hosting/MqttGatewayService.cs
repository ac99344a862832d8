using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Gateway.Mqtt;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Gateway.Hosting;

/// <summary>
/// Runs the broker while the host runs. It opens its port when every other service has started (devices must find their grains) and
/// closes it before any other service stops.
/// </summary>
internal sealed partial class MqttGatewayService : IHostedLifecycleService, IGatewayEndpoints, IMqttPublisher, IAsyncDisposable
{
    // Messages of one connection that wait for their commit at a time: 256 full telemetry messages are 16 MB.
    private const int ReceiveMaximum = 256;

    // What is under way when the host stops: each grain call has its own, shorter timeout.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly MqttBroker broker;
    private readonly DeviceSessions sessions;
    private readonly ModelChunkServer chunks;
    private readonly TimeProvider clock;
    private readonly ILogger<MqttGatewayService> logger;
    private int stopped;

    public MqttGatewayService(
        IOptions<GatewayOptions> options,
        IGrainFactory grains,
        ITelemetryStore telemetry,
        IInferenceStore inferences,
        IArtifactStore artifacts,
        IModelSigner signer,
        GatewayStatistics statistics,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        this.clock = clock;
        logger = loggers.CreateLogger<MqttGatewayService>();
        var settings = options.Value;
        var limiter = new RejectionLimiter(clock, TimeSpan.FromMinutes(1));
        var shared = new DeviceSessionContext(
            grains, this, signer, statistics, limiter, clock,
            loggers.CreateLogger<FabricMqttHandler>(), settings.MaxTwinBacklogReadings, stopping.Token);
        sessions = new DeviceSessions(shared);
        chunks = new ModelChunkServer(grains, artifacts, this, statistics, settings.MaxConcurrentChunks);
        broker = new MqttBroker(
            new MqttBrokerOptions
            {
                Address = IPAddress.Parse(settings.MqttAddress), Port = settings.MqttPort, ReceiveMaximum = ReceiveMaximum,
            },
            new FabricMqttHandler(grains, telemetry, inferences, chunks, sessions, shared, settings.AllowAnonymous),
            clock,
            loggers);
    }

    /// <inheritdoc/>
    public IPEndPoint? MqttEndpoint { get; private set; }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await broker.StartAsync(cancellationToken);
        MqttEndpoint = broker.Endpoint;
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1)
        {
            return;
        }

        MqttEndpoint = null;
        await stopping.CancelAsync();
        using var limit = new CancellationTokenSource(DrainTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await broker.StopAsync(either.Token);
            await sessions.WhenEmptyAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            LogDrainIncomplete(sessions.Count, DrainTimeout);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<MqttPublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken) =>
        broker.PublishAsync(message, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StoppingAsync(CancellationToken.None);
        await broker.DisposeAsync();
        chunks.Dispose();
        stopping.Dispose();
    }
}
