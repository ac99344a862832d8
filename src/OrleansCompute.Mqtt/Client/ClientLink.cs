using System.IO.Pipelines;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Transport;

namespace OrleansCompute.Mqtt.Client;

/// <summary>
/// One connection of a client: the handshake, the read loop and the pings. <see cref="Signal"/>, <see cref="Acknowledge"/> and
/// <see cref="Close"/> may be called from anywhere.
/// </summary>
internal sealed class ClientLink : IOutboundSource, IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly OutboundWriter _writer;
    private readonly OutgoingQueue _outgoing;
    private readonly IncomingQueue _incoming;
    private readonly TimeProvider _time;
    private readonly int _maximumPacketSize;
    private readonly CancellationTokenSource _ended = new();
    private ITimer? _pings;
    private string _cause = "the broker closed the connection";
    private long _lastReceived;
    private long _pingSentAt;
    private volatile bool _up;

    public ClientLink(Stream stream, MqttClientOptions options, OutgoingQueue outgoing, IncomingQueue incoming, TimeProvider time)
    {
        _stream = stream;
        _reader = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: 16_384, minimumReadSize: 1_024, useZeroByteReads: true));
        _outgoing = outgoing;
        _incoming = incoming;
        _time = time;
        _maximumPacketSize = options.MaximumPacketSizeBytes;
        Version = options.ProtocolVersion;
        _writer = new OutboundWriter(stream, this) { Version = Version };
    }

    public MqttProtocolVersion Version { get; }

    public uint MaximumPacketSize { get; private set; } = uint.MaxValue;

    public MqttQualityOfService MaximumQoS { get; private set; } = MqttQualityOfService.ExactlyOnce;

    /// <summary>Sends CONNECT and waits for the answer.</summary>
    public async Task<ConnAckPacket> ConnectAsync(ConnectPacket connect, CancellationToken cancellationToken)
    {
        _writer.Append(connect);
        _writer.Flush();
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (MqttFrame.TryCut(ref buffer, _maximumPacketSize, out var frame))
            {
                var answer = MqttDecoder.Decode(frame, Version) as ConnAckPacket
                    ?? throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"The broker answered CONNECT with {frame.Type}.");
                _reader.AdvanceTo(buffer.Start);
                MaximumPacketSize = answer.Properties?.MaximumPacketSize ?? uint.MaxValue;
                MaximumQoS = (MqttQualityOfService)(answer.Properties?.MaximumQoS ?? 2);
                return answer;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                throw new IOException("the broker closed the connection before it answered CONNECT");
            }
        }
    }

    /// <summary>Reads until the connection is over. Returns the broker's reason, if it gave one, and why it ended; never throws.</summary>
    public async Task<(MqttReasonCode? Reason, string Cause)> RunAsync(TimeSpan keepAlive)
    {
        _lastReceived = _time.GetTimestamp();
        _up = true;
        if (keepAlive > TimeSpan.Zero)
        {
            _pings = _time.CreateTimer(_ => Ping(keepAlive), null, keepAlive / 2, keepAlive / 2);
        }

        _writer.Signal();
        try
        {
            return await ReadAsync();
        }
        catch (MqttProtocolException error)
        {
            if (Version == MqttProtocolVersion.V500)
            {
                _writer.Append(new DisconnectPacket { Reason = error.Reason });
                _writer.Flush();
            }

            return (null, $"the broker broke the protocol: {error.Message}");
        }
        catch (Exception error)
            when (error is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            return (null, error is OperationCanceledException ? _cause : error.Message);
        }
        finally
        {
            _up = false;
        }
    }

    public void Signal() => _writer.Signal();

    public void Acknowledge(MqttPacketType type, ushort id, MqttReasonCode reason)
    {
        _writer.AppendAck(type, id, reason);
        _writer.Signal();
    }

    /// <summary>Says goodbye, waits until it is sent, and ends the connection.</summary>
    public async Task DisconnectAsync(MqttReasonCode reason, CancellationToken cancellationToken)
    {
        _writer.Append(new DisconnectPacket { Reason = reason });
        _writer.Signal();
        await _writer.WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        Close("the client disconnected");
    }

    public void Close(string cause)
    {
        _cause = cause;
        _ended.Cancel();
    }

    public bool TryWriteNext(PacketBuffer output) => _up && _outgoing.TryWriteNext(this, output);

    public void OnWriteFailed(Exception error) => Close(error.Message);

    public async ValueTask DisposeAsync()
    {
        if (_pings is not null)
        {
            await _pings.DisposeAsync();
        }

        await _ended.CancelAsync();
        await _writer.WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reader.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private async Task<(MqttReasonCode? Reason, string Cause)> ReadAsync()
    {
        while (true)
        {
            var result = await _reader.ReadAsync(_ended.Token);
            Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            var buffer = result.Buffer;
            while (MqttFrame.TryCut(ref buffer, _maximumPacketSize, out var frame))
            {
                var packet = MqttDecoder.Decode(frame, Version);
                if (packet is DisconnectPacket disconnect)
                {
                    var text = disconnect.Properties?.ReasonString;
                    return (disconnect.Reason, $"the broker disconnected: {disconnect.Reason}" + (text is null ? "" : $" ({text})"));
                }

                if (Handle(packet) is { } room)
                {
                    _writer.Flush();
                    await room.WaitAsync(_ended.Token);
                }
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            _writer.Flush();
            if (result.IsCompleted)
            {
                return (null, _cause);
            }
        }
    }

    private Task? Handle(MqttPacket packet)
    {
        switch (packet)
        {
            case PublishPacket publish:
                return publish.Properties?.TopicAlias is null
                    ? _incoming.Add(this, publish, publish.Topic)
                    : throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, "The broker used a topic alias; none are allowed.");
            case AckPacket { Type: MqttPacketType.PubRel } release:
                var known = _incoming.Release(release.PacketId);
                _writer.AppendAck(
                    MqttPacketType.PubComp, release.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                return null;
            case AckPacket ack:
                if (_outgoing.Answer(ack.Type, ack.PacketId, [ack.Reason]) is { } reason)
                {
                    _writer.AppendAck(MqttPacketType.PubRel, ack.PacketId, reason);
                }

                return null;
            case SubAckPacket subAck:
                _outgoing.Answer(subAck.Type, subAck.PacketId, subAck.Reasons);
                return null;
            case UnsubAckPacket unsubAck:
                _outgoing.Answer(unsubAck.Type, unsubAck.PacketId, unsubAck.Reasons);
                return null;
            case PingPacket { Type: MqttPacketType.PingResp }:
                return null;
            default:
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{packet.Type} is not expected from a broker.");
        }
    }

    private void Ping(TimeSpan keepAlive)
    {
        var received = Volatile.Read(ref _lastReceived);
        if (_pingSentAt > received && _time.GetElapsedTime(_pingSentAt) >= keepAlive / 2)
        {
            Close($"the broker did not answer a ping within {keepAlive.TotalSeconds / 2:0.#} s");
            return;
        }

        _pingSentAt = _time.GetTimestamp();
        _writer.Append(new PingPacket(MqttPacketType.PingReq));
        _writer.Signal();
    }
}
