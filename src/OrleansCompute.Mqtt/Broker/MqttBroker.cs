using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>An MQTT 3.1.1 and 5.0 broker on TCP. Sessions and retained messages live in memory. Thread-safe.</summary>
public sealed partial class MqttBroker : IAsyncDisposable
{
    /// <summary>Keep-alive, session expiry and will delays have a resolution of one second on the wire.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly MqttBrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BrokerCounters _counters = new();
    private readonly MessageRouter _router;
    private readonly SessionRegistry _sessions;
    private readonly BrokerContext _context;
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private ITimer? _sweeper;
    private int _stopped;

    /// <summary>Creates a broker that does not listen yet.</summary>
    /// <param name="options">Limits and addresses; checked here.</param>
    /// <param name="handler">Decides on connections, publishes and subscriptions.</param>
    /// <param name="timeProvider">The clock of keep-alive, expiry and delays.</param>
    /// <param name="loggers">Makes the broker's logger.</param>
    /// <exception cref="OptionsValidationException">A limit is out of its range; all errors at once.</exception>
    public MqttBroker(MqttBrokerOptions options, IMqttBrokerHandler handler, TimeProvider timeProvider, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggers);
        var checkedOptions = new MqttBrokerOptionsValidator().Validate(null, options);
        if (checkedOptions.Failed)
        {
            throw new OptionsValidationException("Mqtt", typeof(MqttBrokerOptions), checkedOptions.Failures);
        }

        _options = options;
        _time = timeProvider;
        _logger = loggers.CreateLogger<MqttBroker>();
        _router = new MessageRouter(options, _counters, timeProvider);
        _sessions = new SessionRegistry(options, _router, _counters, timeProvider, OnConnected, OnDisconnected);
        _context = new BrokerContext(options, handler, _router, _sessions, _counters, timeProvider, _logger, _stopping.Token);
    }

    /// <summary>Where the broker listens, with the actual port.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public IPEndPoint Endpoint => _listener?.LocalEndPoint as IPEndPoint
        ?? throw new InvalidOperationException("The broker does not listen; call StartAsync first.");

    /// <summary>Counters and gauges of this moment.</summary>
    public MqttBrokerStatistics Statistics => new()
    {
        Connections = _connections.Count,
        Sessions = _sessions.Count,
        Subscriptions = _router.SubscriptionCount,
        RetainedMessages = _router.Retained.Count,
        RetainedBytes = _router.Retained.Bytes,
        MessagesReceived = Interlocked.Read(ref _counters.Received),
        MessagesSent = Interlocked.Read(ref _counters.Sent),
        MessagesDropped = Interlocked.Read(ref _counters.Dropped),
        RequestsRefused = Interlocked.Read(ref _counters.RequestsRefused),
        RetainsRefused = Interlocked.Read(ref _counters.RetainsRefused),
        ConnectionsRefused = Interlocked.Read(ref _counters.ConnectionsRefused),
        ProtocolErrors = Interlocked.Read(ref _counters.ProtocolErrors),
    };

    /// <summary>Starts to listen; completes when clients can connect. May be called once.</summary>
    /// <exception cref="MqttListenException">The address or port cannot be used; the message says which and what to change.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_listener is not null)
        {
            throw new InvalidOperationException("The broker has been started already.");
        }

        var listener = new Socket(_options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(_options.Address, _options.Port));
            listener.Listen(4_096);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new MqttListenException(_options.Address, _options.Port, _options.PortOptionName, error);
        }

        _listener = listener;
        _sweeper = _time.CreateTimer(static state => ((MqttBroker)state!).Sweep(), this, SweepInterval, SweepInterval);
        _accepting = AcceptAsync(listener);
        LogListening(Endpoint);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Publishes from the server itself: no handler is asked. Completes when every queue has it, not when it is delivered.
    /// </summary>
    /// <param name="message">Its payload is not copied and must not change afterwards.</param>
    /// <param name="cancellationToken">Checked before anything is done.</param>
    /// <exception cref="ArgumentException">The topic is not a valid topic name.</exception>
    public ValueTask<MqttPublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (TopicName.Check(message.Topic) is { } problem)
        {
            throw new ArgumentException(problem, nameof(message));
        }

        var matches = new List<Subscription>();
        if (!_router.NeedsPayload(message.Topic, message.Retain, matches))
        {
            return ValueTask.FromResult(default(MqttPublishOutcome));
        }

        var stored = new StoredMessage
        {
            Topic = message.Topic,
            Payload = message.Payload,
            QoS = message.QoS,
            Retain = message.Retain,
            Properties = StoredMessage.Forwarded(MessageConversion.ToProperties(message)),
            ExpiresAt = message.MessageExpiry is { } expiry
                ? _time.GetTimestamp() + (long)(expiry.TotalSeconds * _time.TimestampFrequency)
                : null,
        };
        return ValueTask.FromResult(_router.Route(stored, matches, null));
    }

    /// <summary>Stops listening, tells the clients, and closes their connections. Later calls do nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        if (_sweeper is not null)
        {
            await _sweeper.DisposeAsync();
        }

        _listener?.Dispose();
        await _accepting.WaitAsync(cancellationToken);
        foreach (var connection in _connections.Keys)
        {
            connection.Close(MqttDisconnectCause.ServerStopping, MqttReasonCode.ServerShuttingDown, "the server stops");
        }

        await Task.WhenAll(_connections.Values).WaitAsync(cancellationToken);
        await _stopping.CancelAsync();
    }

    /// <summary>Stops the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _router.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception error) when (Volatile.Read(ref _stopped) == 1 && error is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                // Out of file descriptors, or a client that was gone before it was accepted: the next one may do better.
                LogAcceptFailed(error);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
                continue;
            }

            if (_connections.Count >= _options.MaximumConnections)
            {
                Interlocked.Increment(ref _counters.ConnectionsRefused);
                socket.Dispose();
                continue;
            }

            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Connection connection;
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            socket.NoDelay = true;
            connection = new Connection(new NetworkStream(socket, ownsSocket: true), socket.RemoteEndPoint!, _context);
            _connections[connection] = finished.Task;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            LogAcceptFailed(error);
            return;
        }

        if (Volatile.Read(ref _stopped) == 1)
        {
            connection.Close(MqttDisconnectCause.ServerStopping, MqttReasonCode.ServerShuttingDown, "the server stops");
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await connection.RunAsync();
        _connections.TryRemove(connection, out _);
        finished.SetResult();
    }

    private void Sweep()
    {
        try
        {
            var now = _time.GetTimestamp();
            foreach (var (connection, _) in _connections)
            {
                connection.CheckTime(now);
            }

            _sessions.Sweep();
        }
        catch (Exception error)
        {
            // A timer's exception would end the process; the next sweep tries again.
            LogHookFailed(error, "sweep", "");
        }
    }

    private void OnConnected(MqttSessionInfo session)
    {
        try
        {
            _context.Handler.OnConnected(session);
        }
        catch (Exception error)
        {
            LogHookFailed(error, nameof(IMqttBrokerHandler.OnConnected), session.ClientId);
        }
    }

    private void OnDisconnected(MqttSessionInfo session, MqttDisconnectCause cause)
    {
        try
        {
            _context.Handler.OnDisconnected(session, cause);
        }
        catch (Exception error)
        {
            LogHookFailed(error, nameof(IMqttBrokerHandler.OnDisconnected), session.ClientId);
        }
    }
}
