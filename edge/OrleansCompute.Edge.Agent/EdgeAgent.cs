using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansCompute.Edge.Agent.Cameras;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Agent.Telemetry;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Edge.Agent;

/// <summary>
/// One device: reads its sensor, classifies its camera's images with the model that the fabric sent it, reports, and takes model
/// updates. It works on without a connection: readings are kept on disk, the last model is loaded from disk.
/// </summary>
public sealed partial class EdgeAgent
{
    // Enough for a minute of a camera that is done with an image in a millisecond, in memory of about 1.5 MB.
    private const int QueuedReports = 600;

    private readonly AgentOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<EdgeAgent> _logger;
    private readonly TimeProvider _time;
    private readonly IModelRuntime _runtime;
    private readonly Random _random;

    /// <summary>Creates an agent; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="options">Checked here.</param>
    /// <param name="loggers">Makes the agent's loggers.</param>
    /// <param name="timeProvider">The clock of readings, latencies, delays.</param>
    /// <exception cref="OptionsValidationException">Settings are wrong; all of them are named.</exception>
    public EdgeAgent(AgentOptions options, ILoggerFactory loggers, TimeProvider timeProvider)
        : this(options, loggers, timeProvider, new OnnxModelRuntime())
    {
    }

    internal EdgeAgent(AgentOptions options, ILoggerFactory loggers, TimeProvider timeProvider, IModelRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var result = new AgentOptionsValidator().Validate(null, options);
        if (result.Failed)
        {
            throw new OptionsValidationException("Agent", typeof(AgentOptions), result.Failures);
        }

        (_options, _loggers, _time, _runtime) = (options, loggers, timeProvider, runtime);
        _logger = loggers.CreateLogger<EdgeAgent>();

        // Seeded by the name, so that agents which start together do not retry together.
        _random = new Random(BitConverter.ToInt32(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(options.ClientId))));
    }

    /// <summary>Runs until cancelled, and then returns without an exception. May be called once.</summary>
    /// <exception cref="AgentStoppedException">The broker refuses this device, or another agent runs as the same device.</exception>
    /// <exception cref="AgentConfigException">The camera's file does not have the images asked for.</exception>
    /// <exception cref="IOException">The state directory cannot be used, for example because another agent uses it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.StateDirectory);
        using var key = ModelSignature.ImportPublicKey(_options.ModelPublicKey);
        using var outbox = Outbox.Open(_options.StateDirectory, _options.OutboxReadings);
        if (outbox.TornBytes > 0)
        {
            LogTorn(outbox.TornBytes);
        }

        var images = _options.Camera is { } camera ? CameraImages.Open(camera) : null;
        var status = new AgentStatus(Version(), () => outbox.Acknowledged, PeakMemoryBytes);
        using var slot = new ModelSlot();
        await using var connection = new MqttAgentConnection(
            _options, (message, token) => HandleAsync(message.Topic, message.Payload, token), status.Repeat, Retry(), _time, _loggers);
        var updater = new ModelUpdater(
            Settings(images), key, ModelStore.Open(_options.StateDirectory), _runtime, slot, connection, status, _time,
            _loggers.CreateLogger<ModelUpdater>());
        (_updater, _connection, _status) = (updater, connection, status);
        try
        {
            await updater.RestoreAsync(cancellationToken);
            await TaskGroup.RunAsync(
                [
                    token => ConnectAsync(connection, token),
                    updater.RunAsync,
                    Reporter(status, connection).RunAsync,
                    Sender(outbox, connection).RunAsync,
                    token => MeasureAsync(outbox, token),
                    token => WatchAsync(images, slot, status, connection, token),
                ],
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(outbox.LastSequence - outbox.Acknowledged);
        }
    }

    private static async Task ConnectAsync(MqttAgentConnection connection, CancellationToken cancellationToken)
    {
        await connection.ConnectAsync(cancellationToken);
        await connection.Ended.WaitAsync(cancellationToken);
    }

    private static string Version() =>
        typeof(EdgeAgent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static long PeakMemoryBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private async Task MeasureAsync(Outbox outbox, CancellationToken cancellationToken)
    {
        if (_options.Mote is { } mote)
        {
            var recording = MoteFile.Read(mote.Path, mote.MoteId);
            recording = mote.Limit is { } limit && limit < recording.Length ? recording[..limit] : recording;
            await new MoteReplay(recording, mote.ReadingsPerSecond, _options.TelemetryBatchReadings, outbox, _time).RunAsync(
                cancellationToken);
            LogMoteDone(mote.MoteId, recording.Length);
        }
    }

    private async Task WatchAsync(
        CameraImages? images, ModelSlot slot, AgentStatus status, MqttAgentConnection connection, CancellationToken cancellationToken)
    {
        if (images is null || _options.Camera is not { } settings)
        {
            return;
        }

        var batches = Channel.CreateBounded<CameraBatch>(QueuedReports);
        var progress = CameraProgress.Open(_options.StateDirectory, images.Identity);
        var camera = new Camera(
            images, slot, status, progress, batches.Writer, _options.InferenceBatchResults, settings.ImagesPerSecond,
            settings.RepeatOnNewModel, _time);
        var sender = new InferenceSender(
            batches.Reader, progress, connection, DeviceTopics.Inference(_options.Tenant, _options.Device), Retry(), _time,
            _loggers.CreateLogger<InferenceSender>());
        await TaskGroup.RunAsync([RunCameraAsync, sender.RunAsync], cancellationToken);
        LogCameraDone(images.Count);

        async Task RunCameraAsync(CancellationToken token)
        {
            await camera.RunAsync(token);
            batches.Writer.Complete();
        }
    }

    private StatusReporter Reporter(AgentStatus status, MqttAgentConnection connection) => new(
        status, connection, DeviceTopics.StateReported(_options.Tenant, _options.Device),
        TimeSpan.FromSeconds(_options.ReportIntervalSeconds), Retry(), _time, _loggers.CreateLogger<StatusReporter>());

    private OutboxSender Sender(Outbox outbox, MqttAgentConnection connection) => new(
        outbox, connection, DeviceTopics.Telemetry(_options.Tenant, _options.Device),
        _options.TelemetryBatchReadings, _options.TelemetryWindow, Retry(), _time, _loggers.CreateLogger<OutboxSender>());

    private ModelUpdaterSettings Settings(CameraImages? images) => new(
        _options.Tenant, _options.Device, _options.FetchWindow, TimeSpan.FromSeconds(_options.FetchTimeoutSeconds),
        _options.MaxModelBytes, images?.Pixels(0) ?? ReadOnlyMemory<byte>.Empty);

    private RetryDelay Retry() => new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), new Random(_random.Next()));
}
