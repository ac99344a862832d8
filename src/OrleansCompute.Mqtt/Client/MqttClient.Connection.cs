using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>How the client gets and keeps its connection.</summary>
public sealed partial class MqttClient
{
    private async Task RunAsync(ClientLink first, ConnAckPacket firstAnswer, CancellationToken stopping)
    {
        var (link, answer) = (first, firstAnswer);
        var limit = _options.ReconnectMinimumDelay;
        while (true)
        {
            var connectedAt = _time.GetTimestamp();
            var (reason, cause) = await ServeAsync(link, answer);
            if (stopping.IsCancellationRequested || !_options.AutomaticReconnect || reason == MqttReasonCode.SessionTakenOver)
            {
                End(reason, cause);
                return;
            }

            // A 3.1.1 broker refuses a message by closing the connection: a client that came back at once with the same message would
            // do so many times a second for as long as the refusal lasts.
            if (_time.GetElapsedTime(connectedAt) >= _options.ReconnectMaximumDelay)
            {
                limit = _options.ReconnectMinimumDelay;
            }

            if (await ReconnectAsync(cause, limit, stopping) is not { } next)
            {
                End(null, "the client disconnected");
                return;
            }

            (link, answer, limit) = next;
        }
    }

    private async Task<(MqttReasonCode? Reason, string Cause)> ServeAsync(ClientLink link, ConnAckPacket answer)
    {
        await using (link)
        {
            Announce(link, answer);
            var keepAlive = answer.Properties?.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.KeepAlive;
            var end = await link.RunAsync(keepAlive);
            _link = null;
            _outgoing.Detach();
            return end;
        }
    }

    private void Announce(ClientLink link, ConnAckPacket answer)
    {
        if (!answer.SessionPresent)
        {
            _incoming.ForgetSession();
            lock (_subscriptions)
            {
                if (_subscriptions.Count > 0)
                {
                    _outgoing.Add(new OutgoingRequest { Subscriptions = [.. _subscriptions.Values] });
                }
            }
        }

        _outgoing.Attach(link, answer.SessionPresent, ReceiveMaximumOf(answer));
        _link = link;
        LogConnected(_options.Host, _options.Port, answer.SessionPresent);
        Raise(new MqttConnectionState.Connected(answer.SessionPresent));
    }

    private void End(MqttReasonCode? reason, string cause)
    {
        _outgoing.Close(cause);
        LogDisconnected(_options.Host, _options.Port, cause);
        Raise(new MqttConnectionState.Disconnected(reason, cause));
    }

    private async Task<(ClientLink Link, ConnAckPacket Answer, TimeSpan NextLimit)?> ReconnectAsync(
        string cause, TimeSpan limit, CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Full jitter: a fleet that lost the same broker must not come back in step.
            var delay = limit * _random.NextDouble();
            limit = limit * 2 < _options.ReconnectMaximumDelay ? limit * 2 : _options.ReconnectMaximumDelay;
            LogReconnecting(_options.Host, _options.Port, attempt, delay, cause);
            Raise(new MqttConnectionState.Reconnecting(attempt, delay, cause));
            try
            {
                await Task.Delay(delay, _time, stopping);
                var keepsSession = _options.ProtocolVersion == MqttProtocolVersion.V311
                    ? !_options.CleanStart
                    : _options.SessionExpiry > TimeSpan.Zero;
                var (link, answer) = await OpenAsync(!keepsSession, stopping);
                return (link, answer, limit);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception error) when (error is IOException or TimeoutException or MqttConnectRefusedException or MqttProtocolException)
            {
                cause = error.Message;
            }
        }
    }

    private async Task<(ClientLink Link, ConnAckPacket Answer)> OpenAsync(bool cleanStart, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ClientLink? link = null;
        try
        {
            await socket.ConnectAsync(_options.Host, _options.Port, either.Token);
            link = new ClientLink(new NetworkStream(socket, ownsSocket: true), _options, _outgoing, _incoming, _time);
            var answer = await link.ConnectAsync(ConnectPacketOf(cleanStart), either.Token);
            if (answer.Reason != MqttReasonCode.Success)
            {
                throw new MqttConnectRefusedException(_options.Host, _options.Port, answer.Reason, answer.Properties?.ReasonString);
            }

            _clientId = answer.Properties?.AssignedClientIdentifier ?? _clientId;
            return (link, answer);
        }
        catch (Exception error)
        {
            await DiscardAsync(link, socket);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"The MQTT broker at {_options.Host}:{_options.Port} did not answer "
                    + $"within {_options.ConnectTimeout.TotalSeconds:0.#} s.",
                    error);
            }

            if (error is SocketException or IOException)
            {
                throw new IOException($"Cannot connect to the MQTT broker at {_options.Host}:{_options.Port}: {error.Message}", error);
            }

            throw;
        }
    }

    private static async Task DiscardAsync(ClientLink? link, Socket socket)
    {
        if (link is not null)
        {
            await link.DisposeAsync();
        }

        socket.Dispose();
    }

    private ConnectPacket ConnectPacketOf(bool cleanStart)
    {
        var five = _options.ProtocolVersion == MqttProtocolVersion.V500;
        return new ConnectPacket
        {
            Version = _options.ProtocolVersion,
            CleanStart = cleanStart,
            KeepAliveSeconds = (ushort)_options.KeepAlive.TotalSeconds,
            ClientId = _clientId,
            UserName = _options.UserName,
            Password = _options.Password is null ? null : Encoding.UTF8.GetBytes(_options.Password),
            Will = _options.Will is not { } will ? null : new WillMessage
            {
                Topic = will.Topic,
                Payload = will.Payload.ToArray(),
                QoS = will.QoS,
                Retain = will.Retain,
                Properties = five ? WillProperties(will) : null,
            },
            Properties = five ? new MqttProperties
            {
                SessionExpiryInterval = _options.SessionExpiry > TimeSpan.Zero ? (uint)_options.SessionExpiry.TotalSeconds : null,
                ReceiveMaximum = (ushort)_options.ReceiveMaximum,
                MaximumPacketSize = (uint)_options.MaximumPacketSizeBytes,
            }
            : null,
        };
    }

    private MqttProperties? WillProperties(MqttMessage will)
    {
        var properties = MessageConversion.ToProperties(will);
        if (_options.WillDelay > TimeSpan.Zero)
        {
            (properties ??= new MqttProperties()).WillDelayInterval = (uint)_options.WillDelay.TotalSeconds;
        }

        return properties;
    }

    private void Raise(MqttConnectionState state)
    {
        try
        {
            ConnectionChanged?.Invoke(state);
        }
        catch (Exception error)
        {
            LogSubscriberFailed(error);
        }
    }

    [LoggerMessage(3100, LogLevel.Information, "Connected to the MQTT broker at {Host}:{Port}, session present: {SessionPresent}")]
    private partial void LogConnected(string host, int port, bool sessionPresent);

    [LoggerMessage(3101, LogLevel.Warning, "Connection to the MQTT broker at {Host}:{Port} failed ({Cause}); attempt {Attempt} in {Delay}")]
    private partial void LogReconnecting(string host, int port, int attempt, TimeSpan delay, string cause);

    [LoggerMessage(3102, LogLevel.Information, "Disconnected from the MQTT broker at {Host}:{Port}: {Cause}")]
    private partial void LogDisconnected(string host, int port, string cause);

    [LoggerMessage(3103, LogLevel.Error, "A subscriber of ConnectionChanged failed")]
    private partial void LogSubscriberFailed(Exception error);
}
