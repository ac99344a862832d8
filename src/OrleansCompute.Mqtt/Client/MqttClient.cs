using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Client;

/// <summary>
/// An MQTT 3.1.1 and 5.0 client that comes back by itself: what was not acknowledged is sent again in order, and subscriptions are
/// renewed when the broker has forgotten them. Thread-safe.
/// </summary>
public sealed partial class MqttClient : IAsyncDisposable
{
    // MQTT 3.1.1 has no way to say how many a broker takes. Mosquitto takes 20 (max_inflight_messages) and does not get on with
    // more of QoS 2: a hundred sent at once stop after the twentieth.
    private const int UnannouncedReceiveMaximum = 20;

    private readonly MqttClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Random _random;
    private readonly OutgoingQueue _outgoing = new();
    private readonly IncomingQueue _incoming;
    private readonly SemaphoreSlim _pending;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly CancellationTokenSource _disposed = new();
    private readonly Dictionary<string, MqttSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Task _handling;
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile ClientLink? _link;
    private string _clientId;

    /// <summary>Creates a client that is not connected.</summary>
    /// <param name="options">How to connect; checked here.</param>
    /// <param name="timeProvider">The clock of keep-alive, time limits and delays.</param>
    /// <param name="loggers">Makes the client's logger; null: nothing is logged.</param>
    /// <exception cref="OptionsValidationException">An option is out of its range; all errors at once.</exception>
    public MqttClient(MqttClientOptions options, TimeProvider timeProvider, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var checkedOptions = new MqttClientOptionsValidator().Validate(null, options);
        if (checkedOptions.Failed)
        {
            throw new OptionsValidationException("MqttClient", typeof(MqttClientOptions), checkedOptions.Failures);
        }

        _options = options;
        _time = timeProvider;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<MqttClient>();
        _clientId = options.ClientId;
        _random = options.Random ?? new Random(SeedOf(options.ClientId));
        _pending = new SemaphoreSlim(options.MaximumPendingPublishes, options.MaximumPendingPublishes);
        _incoming = new IncomingQueue(_logger, options.ReceiveMaximum);
        _handling = _incoming.RunAsync(() => MessageHandler, _disposed.Token);
    }

    /// <summary>
    /// Raised on every change, in order, from the thread that found out; must return quickly and not call back into the client
    /// synchronously.
    /// </summary>
    public event Action<MqttConnectionState>? ConnectionChanged;

    /// <summary>
    /// Gets every message, one after another; the broker gets the acknowledgement when the task completes. An exception is logged
    /// and reported to the broker, which drops the message. Set it before connecting, or messages go unhandled.
    /// </summary>
    public Func<MqttMessage, CancellationToken, ValueTask>? MessageHandler { get; set; }

    /// <summary>Whether a connection is up now.</summary>
    public bool IsConnected => _link is not null;

    /// <summary>Messages with QoS 0 dropped because the handler was more than 8,192 messages behind.</summary>
    public long DroppedMessages => _incoming.Dropped;

    /// <summary>Connects once; an error here is not retried, later losses are.</summary>
    /// <exception cref="MqttConnectRefusedException">The broker said no.</exception>
    /// <exception cref="IOException">The broker cannot be reached; the message names host and port.</exception>
    /// <exception cref="TimeoutException">No answer within the connect timeout.</exception>
    /// <exception cref="InvalidOperationException">The client is connected, or reconnecting, already.</exception>
    public async Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            if (!_running.IsCompleted)
            {
                throw new InvalidOperationException("The client is connected or reconnecting; call DisconnectAsync first.");
            }

            var (link, answer) = await OpenAsync(_options.CleanStart, cancellationToken);
            _stopping.Dispose();
            _stopping = new CancellationTokenSource();
            _outgoing.Open();
            _running = RunAsync(link, answer, _stopping.Token);
            return new MqttConnectResult
            {
                ClientId = _clientId,
                SessionPresent = answer.SessionPresent,
                ReceiveMaximum = ReceiveMaximumOf(answer),
                MaximumPacketSizeBytes = answer.Properties?.MaximumPacketSize,
            };
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>
    /// Publishes. QoS 0 completes when the message is handed to the socket; QoS 1 at PUBACK and QoS 2 at PUBCOMP, over reconnects
    /// if need be. Many may be under way; waits while <see cref="MqttClientOptions.MaximumPendingPublishes"/> are.
    /// </summary>
    /// <param name="message">Its payload must not change until the task completes.</param>
    /// <param name="cancellationToken">Stops waiting; a message that has been queued may still be delivered.</param>
    /// <exception cref="ArgumentException">The topic is not a valid topic name.</exception>
    /// <exception cref="MqttNotConnectedException">There is no connection for QoS 0, or the client was closed first.</exception>
    public async ValueTask<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (TopicName.Check(message.Topic) is { } problem)
        {
            throw new ArgumentException(problem, nameof(message));
        }

        var request = new OutgoingRequest { Message = message };
        await _pending.WaitAsync(cancellationToken);
        try
        {
            _outgoing.Add(request);
        }
        catch
        {
            _pending.Release();
            throw;
        }

        // The place is free when the answer has come, not when the caller stops waiting for it.
        _ = request.Answer.Task.ContinueWith(
            static (_, state) => ((SemaphoreSlim)state!).Release(), _pending, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var reasons = await request.Answer.Task.WaitAsync(cancellationToken);
        return new MqttPublishResult(reasons[0]);
    }

    /// <summary>Subscribes, and keeps the subscriptions for reconnects; completes at SUBACK.</summary>
    /// <exception cref="ArgumentException">The list is empty, or a filter is not valid.</exception>
    /// <exception cref="MqttNotConnectedException">The client was closed.</exception>
    public async Task<MqttSubscribeResult> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        CheckFilters([.. subscriptions.Select(subscription => subscription.Filter)], nameof(subscriptions));
        var request = new OutgoingRequest { Subscriptions = subscriptions };
        _outgoing.Add(request);
        var reasons = await request.Answer.Task.WaitAsync(cancellationToken);
        lock (_subscriptions)
        {
            for (var i = 0; i < Math.Min(reasons.Count, subscriptions.Count); i++)
            {
                if ((byte)reasons[i] < 0x80)
                {
                    _subscriptions[subscriptions[i].Filter] = subscriptions[i];
                }
            }
        }

        return new MqttSubscribeResult(reasons);
    }

    /// <summary>Removes subscriptions; completes at UNSUBACK.</summary>
    /// <exception cref="ArgumentException">The list is empty, or a filter is not valid.</exception>
    /// <exception cref="MqttNotConnectedException">The client was closed.</exception>
    public async Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filters);
        CheckFilters(filters, nameof(filters));
        lock (_subscriptions)
        {
            foreach (var filter in filters)
            {
                _subscriptions.Remove(filter);
            }
        }

        var request = new OutgoingRequest { Filters = filters };
        _outgoing.Add(request);
        await request.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Says goodbye and stops reconnecting. What has not been acknowledged fails. Does nothing when not connected.</summary>
    /// <param name="cancellationToken">Stops waiting; the connection is closed in any case.</param>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            await _stopping.CancelAsync();
            if (_link is { } link)
            {
                await link.DisconnectAsync(MqttReasonCode.Success, cancellationToken);
            }

            await _running.WaitAsync(cancellationToken);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Disconnects and ends the message handler's loop.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync(CancellationToken.None);
        await _disposed.CancelAsync();
        await _handling;
        _stopping.Dispose();
    }

    private static void CheckFilters(IReadOnlyList<string> filters, string parameter)
    {
        if (filters.Count == 0)
        {
            throw new ArgumentException("The list is empty; at least one topic filter is needed.", parameter);
        }

        foreach (var filter in filters)
        {
            if (TopicFilter.Check(filter) is { } problem)
            {
                throw new ArgumentException(problem, parameter);
            }
        }
    }

    /// <summary>FNV-1a: the same on every run, unlike string hash codes.</summary>
    private static int SeedOf(string clientId)
    {
        var hash = 2_166_136_261u;
        foreach (var b in Encoding.UTF8.GetBytes(clientId))
        {
            hash = (hash ^ b) * 16_777_619u;
        }

        return (int)hash;
    }

    private int ReceiveMaximumOf(ConnAckPacket answer) =>
        answer.Properties?.ReceiveMaximum
        ?? (_options.ProtocolVersion == MqttProtocolVersion.V500 ? ushort.MaxValue : UnannouncedReceiveMaximum);
}
