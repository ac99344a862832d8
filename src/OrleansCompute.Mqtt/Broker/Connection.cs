using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Transport;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// One client connection over any stream: reads packets, answers them, and lets its session's messages out. The read loop runs
/// alone; <see cref="Signal"/>, <see cref="Close"/> and <see cref="AcknowledgePublish"/> may be called from anywhere.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no linked token; late callers may still cancel it.")]
internal sealed partial class Connection : IOutboundSource
{
    /// <summary>A CONNECT with the longest client id, user name and password, and a will, fits; nobody is authenticated yet.</summary>
    private const int MaximumConnectBytes = 320 * 1_024;

    private readonly Stream _stream;
    private readonly BrokerContext _broker;
    private readonly OutboundWriter _writer;
    private readonly InboundPipeline _inbound;
    private readonly CancellationTokenSource _ended = new();
    private readonly ILogger _logger;
    private Dictionary<ushort, string>? _aliases;
    private (StoredMessage Message, TimeSpan Delay)? _will;
    private MqttDisconnectCause _cause = MqttDisconnectCause.ConnectionLost;
    private bool _problemInformation = true;
    private long _lastReceived;
    private int _keepAliveSeconds;
    private int _closing;
    private volatile bool _paused;

    private int MaximumPacketBytes => Session is null
        ? Math.Min(MaximumConnectBytes, _broker.Options.MaximumPacketSizeBytes)
        : _broker.Options.MaximumPacketSizeBytes;

    public Connection(Stream stream, EndPoint remote, BrokerContext broker)
    {
        _stream = stream;
        _broker = broker;
        _logger = broker.Logger;
        RemoteEndPoint = remote;
        _writer = new OutboundWriter(stream, this);
        _inbound = new InboundPipeline(
            this, broker.Handler, broker.Router, broker.Counters, broker.Time, broker.Options.ReceiveMaximum, broker.Logger);
        _lastReceived = broker.Time.GetTimestamp();
    }

    public EndPoint RemoteEndPoint { get; }

    public string ClientId { get; private set; } = "";

    public MqttProtocolVersion Version { get; private set; } = MqttProtocolVersion.V311;

    /// <summary>Null until CONNECT was accepted.</summary>
    public Session? Session { get; private set; }

    public MqttSessionInfo? Info { get; private set; }

    /// <summary>Serves the client until the connection is over; never throws.</summary>
    public async Task RunAsync()
    {
        var reader = PipeReader.Create(
            _stream, new StreamPipeReaderOptions(bufferSize: 8_192, minimumReadSize: 1_024, useZeroByteReads: true));
        try
        {
            await ReadAsync(reader);
        }
        catch (MqttProtocolException error)
        {
            OnProtocolError(error);
        }
        catch (Exception error)
            when (error is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // The client went away, or this side closed: _cause says which.
            LogConnectionEnded(ClientId, RemoteEndPoint, error.Message);
        }
        catch (Exception error)
        {
            LogUnexpected(error, ClientId, RemoteEndPoint);
        }

        Interlocked.Exchange(ref _closing, 1);
        _broker.Sessions.End(this, _cause);
        await FlushBeforeCloseAsync();
        await _ended.CancelAsync();
        await reader.CompleteAsync();
        await _stream.DisposeAsync();
    }

    public void Signal() => _writer.Signal();

    /// <summary>Called by the registry, under its lock: from here on the connection has the session, and CONNACK goes out first.</summary>
    public void Accept(Session session, MqttSessionInfo info)
    {
        (Session, Info) = (session, info);
        _writer.Append(_connAck!(info.SessionPresent));
    }

    /// <summary>The will to publish now that the connection is over; null when there is none, or the client took it back.</summary>
    public (StoredMessage Message, TimeSpan Delay)? TakeWill()
    {
        var will = _will;
        _will = null;
        return will;
    }

    /// <summary>Ends the connection from outside: an MQTT 5 client is told why.</summary>
    public void Close(MqttDisconnectCause cause, MqttReasonCode reason, string text)
    {
        if (Interlocked.Exchange(ref _closing, 1) == 1)
        {
            return;
        }

        _cause = cause;
        SendDisconnect(reason, text);
        _writer.Signal();
        _ended.Cancel();
    }

    /// <summary>Closes a connection whose time is up; called by the sweeper with the timestamp of now.</summary>
    public void CheckTime(long now)
    {
        var quiet = _broker.Time.GetElapsedTime(Volatile.Read(ref _lastReceived), now);
        if (Session is null)
        {
            if (quiet >= _broker.Options.ConnectTimeout)
            {
                Close(MqttDisconnectCause.ConnectionLost, MqttReasonCode.KeepAliveTimeout, "no CONNECT in time");
            }
        }
        else if (_keepAliveSeconds > 0 && !_paused && quiet.TotalSeconds >= _keepAliveSeconds * 1.5)
        {
            Close(
                MqttDisconnectCause.KeepAliveTimeout, MqttReasonCode.KeepAliveTimeout, $"nothing received for {quiet.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The handler has finished with a publish: sends PUBACK or PUBREC, in the order of the calls.</summary>
    public void AcknowledgePublish(MqttQualityOfService qos, ushort id, MqttReasonCode reason)
    {
        var failed = reason != MqttReasonCode.Success;
        if (failed && Version == MqttProtocolVersion.V311 && qos != MqttQualityOfService.AtMostOnce
            && reason is not (MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid or MqttReasonCode.PayloadFormatInvalid))
        {
            if (qos == MqttQualityOfService.ExactlyOnce)
            {
                Session!.FinishReceive(id, accepted: false);
            }

            Close(MqttDisconnectCause.PublishRefused, reason, "");
            return;
        }

        if (qos == MqttQualityOfService.AtLeastOnce)
        {
            _inbound.Release();
            _writer.AppendAck(MqttPacketType.PubAck, id, reason);
        }
        else if (qos == MqttQualityOfService.ExactlyOnce)
        {
            if (failed && Version == MqttProtocolVersion.V500)
            {
                _inbound.Release();
            }

            // The client may have come back on another connection while the handler ran: that one gets the PUBREC.
            var current = Session!.FinishReceive(id, accepted: !(failed && Version == MqttProtocolVersion.V500));
            current?._writer.AppendAck(MqttPacketType.PubRec, id, reason);
            if (current != this)
            {
                current?.Signal();
            }
        }
    }

    public bool TryWriteNext(PacketBuffer output) => Volatile.Read(ref _closing) == 0 && Session?.TryWriteNext(this, output) == true;

    public void OnWriteFailed(Exception error)
    {
        LogConnectionEnded(ClientId, RemoteEndPoint, error.Message);
        if (Interlocked.Exchange(ref _closing, 1) == 0)
        {
            _ended.Cancel();
        }
    }

    private async Task ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync(_ended.Token);
            Volatile.Write(ref _lastReceived, _broker.Time.GetTimestamp());
            var buffer = result.Buffer;
            while (MqttFrame.TryCut(ref buffer, MaximumPacketBytes, out var frame))
            {
                await HandleAsync(frame);
                if (Volatile.Read(ref _closing) == 1)
                {
                    return;
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            _writer.Flush();
            if (result.IsCompleted)
            {
                return;
            }

            if (_writer.IsCongested)
            {
                await PauseAsync(_writer.WhenIdleAsync());
            }
        }
    }

    private ValueTask HandleAsync(in MqttFrame frame)
    {
        if (Session is null && frame.Type != MqttPacketType.Connect)
        {
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"The first packet is {frame.Type}; must be CONNECT.");
        }

        var packet = MqttDecoder.Decode(frame, Version);
        switch (packet)
        {
            case PublishPacket publish:
                return HandlePublishAsync(publish);
            case AckPacket ack:
                HandleAck(ack);
                break;
            case PingPacket { Type: MqttPacketType.PingReq }:
                _writer.Append(new PingPacket(MqttPacketType.PingResp));
                break;
            case SubscribePacket subscribe:
                HandleSubscribe(subscribe);
                break;
            case UnsubscribePacket unsubscribe:
                HandleUnsubscribe(unsubscribe);
                break;
            case ConnectPacket connect when Session is null:
                return ConnectAsync(connect);
            case DisconnectPacket disconnect:
                HandleDisconnect(disconnect);
                break;
            default:
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{packet.Type} is not expected from a connected client.");
        }

        return ValueTask.CompletedTask;
    }

    private async Task PauseAsync(Task until)
    {
        // The client is not silent, it is not listened to: its keep-alive must not count.
        _paused = true;
        await until.WaitAsync(_ended.Token);
        Volatile.Write(ref _lastReceived, _broker.Time.GetTimestamp());
        _paused = false;
    }

    private void OnProtocolError(MqttProtocolException error)
    {
        LogProtocolError(ClientId, RemoteEndPoint, error.Reason, error.Message);
        if (Interlocked.Exchange(ref _closing, 1) == 1)
        {
            return;
        }

        Interlocked.Increment(ref _broker.Counters.ProtocolErrors);
        _cause = MqttDisconnectCause.ProtocolError;
        if (Session is not null)
        {
            SendDisconnect(error.Reason, error.Message);
        }
        else
        {
            RefuseUnparsed(error.Reason);
        }

        _writer.Flush();
    }

    private void SendDisconnect(MqttReasonCode reason, string text)
    {
        if (Session is not null && Version == MqttProtocolVersion.V500)
        {
            // A reason string is allowed on DISCONNECT whatever the client asked; it is cut, since it may quote what the client sent.
            _writer.Append(new DisconnectPacket
            {
                Reason = reason,
                Properties = new MqttProperties { ReasonString = text.Length <= 256 ? text : text[..256].TrimEnd('\uD800', '\uD83D') },
            });
        }
    }

    private async Task FlushBeforeCloseAsync()
    {
        try
        {
            // Wall time on purpose: a peer that does not take its last packet must not keep the socket, whatever the clock says.
            await _writer.WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (TimeoutException)
        {
            LogConnectionEnded(ClientId, RemoteEndPoint, "the last packets were not taken within 1 s");
        }
    }
}
