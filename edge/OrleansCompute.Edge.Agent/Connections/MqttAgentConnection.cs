using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Edge.Agent.Connections;

/// <summary>
/// The way to the fabric over MQTT 5. The session outlives a lost connection by an hour, so that offers and commands sent
/// meanwhile arrive. Thread-safe.
/// </summary>
internal sealed partial class MqttAgentConnection : IAgentConnection, IAsyncDisposable
{
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromHours(1);
    private readonly AgentOptions _options;
    private readonly RetryDelay _retry;
    private readonly TimeProvider _time;
    private readonly ILogger<MqttAgentConnection> _logger;
    private readonly MqttClient _client;
    private readonly Action _connected;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = NewSignal();
    private TaskCompletionSource _up = NewSignal();
    private bool _subscribed;

    /// <summary>Creates a connection that is not open yet.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="handler">Gets every message; must not throw.</param>
    /// <param name="connected">Called on every connection once the subscriptions stand; must return quickly.</param>
    /// <param name="retry">Delays of the first connect; the client has its own for later ones.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the loggers.</param>
    public MqttAgentConnection(
        AgentOptions options,
        Func<MqttMessage, CancellationToken, ValueTask> handler,
        Action connected,
        RetryDelay retry,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        (_options, _connected, _retry, _time) = (options, connected, retry, time);
        _logger = loggers.CreateLogger<MqttAgentConnection>();
        var clientOptions = new MqttClientOptions
        {
            Host = options.Host,
            Port = options.Port,
            ClientId = options.ClientId,
            UserName = options.UserName,
            Password = options.Password,
            CleanStart = false,
            SessionExpiry = SessionExpiry,
        };
        _client = new MqttClient(clientOptions, time, loggers) { MessageHandler = handler };
        _client.ConnectionChanged += OnChanged;
    }

    /// <summary>Fails when the connection ended for good, never completes otherwise.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Connects and subscribes; tries again for as long as the broker cannot be reached.</summary>
    /// <exception cref="AgentStoppedException">The broker refuses this device.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        while (!await TryConnectAsync(cancellationToken))
        {
            await Task.Delay(_retry.Next(), _time, cancellationToken);
        }

        var filters = DeviceTopics.FiltersOfDevice(_options.Tenant, _options.Device);
        var result = await SubscribeAsync(filters, cancellationToken);
        for (var i = 0; i < filters.Count; i++)
        {
            if ((byte)result.Reasons[i] >= 0x80)
            {
                throw new AgentStoppedException(
                    $"The broker at {_options.Host}:{_options.Port} refused the subscription '{filters[i]}': {result.Reasons[i]}. "
                    + $"Check what '{_options.UserName}' may read.");
            }
        }

        lock (_gate)
        {
            _subscribed = true;
            OpenGate();
        }
    }

    /// <inheritdoc/>
    public Task WhenConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _up.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = new MqttMessage { Topic = topic, Payload = payload, QoS = MqttQualityOfService.AtLeastOnce };
        try
        {
            var result = await _client.PublishAsync(message, cancellationToken);
            if (!result.IsAccepted)
            {
                throw new AgentConnectionException($"the broker answered {result.Reason} to a message on '{topic}'");
            }
        }
        catch (MqttNotConnectedException error)
        {
            throw new AgentConnectionException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<MqttSubscribeResult> SubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SubscribeAsync([.. filters.Select(filter => new MqttSubscription(filter))], cancellationToken);
        }
        catch (MqttNotConnectedException error)
        {
            // Ended for good before the answer came, as by a take-over; a connection that was only lost would come back.
            throw new AgentStoppedException(
                $"The connection of '{_options.ClientId}' to the broker at {_options.Host}:{_options.Port} ended: {error.Message}", error);
        }
    }

    private async Task<bool> TryConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.ConnectAsync(cancellationToken);
            return true;
        }
        catch (MqttConnectRefusedException error) when (!IsPassing(error.Reason))
        {
            throw new AgentStoppedException(
                $"{error.Message} Check tenant, device and password of '{_options.UserName}'.", error);
        }
        catch (Exception error) when (error is IOException or TimeoutException or MqttConnectRefusedException)
        {
            LogConnectFailed(error.Message);
            return false;
        }
    }

    private static bool IsPassing(MqttReasonCode reason) => reason is MqttReasonCode.ServerUnavailable or MqttReasonCode.ServerBusy
        or MqttReasonCode.QuotaExceeded or MqttReasonCode.ConnectionRateExceeded or MqttReasonCode.UnspecifiedError;

    private void OnChanged(MqttConnectionState state)
    {
        lock (_gate)
        {
            switch (state)
            {
                case MqttConnectionState.Connected when _subscribed:
                    OpenGate();
                    break;
                case MqttConnectionState.Disconnected ended:
                    CloseGate();
                    _ended.TrySetException(new AgentStoppedException(
                        $"The connection of '{_options.ClientId}' to the broker at {_options.Host}:{_options.Port} ended: {ended.Cause}. "
                        + "If the session was taken over, another agent runs as the same device: stop one of the two."));
                    break;
                case MqttConnectionState.Reconnecting:
                    CloseGate();
                    break;
            }
        }
    }

    private void OpenGate()
    {
        if (_up.TrySetResult())
        {
            _connected();
        }
    }

    private void CloseGate()
    {
        if (_up.Task.IsCompleted)
        {
            _up = NewSignal();
        }
    }
}
