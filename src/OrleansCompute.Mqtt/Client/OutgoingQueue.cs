using System.Buffers;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Transport;

namespace OrleansCompute.Mqtt.Client;

/// <summary>
/// What the client wants to send and what the broker has not answered, over all connections: repeated in order after a
/// reconnect, limited by the broker's receive maximum. Thread-safe.
/// </summary>
internal sealed class OutgoingQueue
{
    private readonly Lock _gate = new();
    private readonly InflightWindow<OutgoingRequest> _window = new();
    private readonly Queue<OutgoingRequest> _subscribing = new();
    private readonly Queue<OutgoingRequest> _publishing = new();
    private ClientLink? _link;
    private string? _closed = "the client is not connected; call ConnectAsync first";
    private bool _sessionPresent;
    private int _receiveMaximum;
    private int _onWire;
    private long _resendNext;
    private long _resendEnd;

    /// <summary>Accepts requests from now on, connected or not.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _closed = null;
        }
    }

    /// <summary>Queues a request; with QoS 0 only while connected.</summary>
    /// <exception cref="MqttNotConnectedException">The client is closed, or QoS 0 has no connection to go out on.</exception>
    public void Add(OutgoingRequest request)
    {
        ClientLink? link;
        lock (_gate)
        {
            link = _link;
            if (_closed is not null)
            {
                throw new MqttNotConnectedException($"Not sent: {_closed}.");
            }

            if (link is null && request.Message is { QoS: MqttQualityOfService.AtMostOnce })
            {
                throw new MqttNotConnectedException(
                    "Not sent: the connection is down, and QoS 0 is not kept. Use QoS 1, or wait for Connected.");
            }

            (request.Message is null ? _subscribing : _publishing).Enqueue(request);
        }

        link?.Signal();
    }

    /// <summary>A connection is up: everything unanswered goes out again on it, oldest first.</summary>
    public void Attach(ClientLink link, bool sessionPresent, int receiveMaximum)
    {
        lock (_gate)
        {
            _link = link;
            _sessionPresent = sessionPresent;
            _receiveMaximum = receiveMaximum;
            _onWire = 0;
            (_resendNext, _resendEnd) = (_window.Head, _window.Tail);
            foreach (var item in _window.Items())
            {
                item.IsRepeated = true;
            }
        }
    }

    /// <summary>The connection is down: QoS 0 that was not sent fails, the rest waits.</summary>
    public void Detach()
    {
        List<OutgoingRequest> lost = [];
        lock (_gate)
        {
            _link = null;
            for (var left = _publishing.Count; left > 0; left--)
            {
                var request = _publishing.Dequeue();
                if (request.IsAcknowledgedPublish)
                {
                    _publishing.Enqueue(request);
                }
                else
                {
                    lost.Add(request);
                }
            }
        }

        Fail(lost, "the connection was lost");
    }

    /// <summary>Fails everything that waits, and everything to come, until <see cref="Open"/>.</summary>
    public void Close(string why)
    {
        List<OutgoingRequest> lost = [];
        lock (_gate)
        {
            _link = null;
            _closed = why;
            lost.AddRange(_window.Items());
            lost.AddRange(_subscribing);
            lost.AddRange(_publishing);
            _subscribing.Clear();
            _publishing.Clear();
            while (_window.Count > 0)
            {
                _window.TryRemove(InflightWindow<OutgoingRequest>.IdOf(_window.Head), out _);
            }
        }

        Fail(lost, why);
    }

    public bool TryWriteNext(ClientLink link, PacketBuffer output)
    {
        lock (_gate)
        {
            while (ReferenceEquals(link, _link))
            {
                if (_window.HasIdentifier && _subscribing.TryDequeue(out var request))
                {
                    Write(request, _window.Add(request), link, output);
                    return true;
                }

                var mayPublish = _onWire < _receiveMaximum;
                if (_resendNext < _resendEnd)
                {
                    if (_window.At(_resendNext) is not { } old)
                    {
                        _resendNext++;
                        continue;
                    }

                    if (!mayPublish)
                    {
                        return false;
                    }

                    Write(old, InflightWindow<OutgoingRequest>.IdOf(_resendNext++), link, output);
                    return true;
                }

                if (!_publishing.TryPeek(out var next) || (next.IsAcknowledgedPublish && !(mayPublish && _window.HasIdentifier)))
                {
                    return false;
                }

                _publishing.Dequeue();
                if (WritePublish(next, link, output))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Handles an answer; the reason of the PUBREL to send, or null when none is due.</summary>
    public MqttReasonCode? Answer(MqttPacketType type, ushort id, IReadOnlyList<MqttReasonCode> reasons)
    {
        OutgoingRequest? request;
        lock (_gate)
        {
            if (!_window.TryGet(id, out request))
            {
                return type == MqttPacketType.PubRec ? MqttReasonCode.PacketIdentifierNotFound : null;
            }

            var isAnswer = type switch
            {
                MqttPacketType.SubAck => request.Subscriptions is not null,
                MqttPacketType.UnsubAck => request.Filters is not null,
                MqttPacketType.PubAck => request.Message?.QoS == MqttQualityOfService.AtLeastOnce,
                _ => request.Message?.QoS == MqttQualityOfService.ExactlyOnce,
            };
            if (!isAnswer)
            {
                throw new MqttProtocolException(
                    MqttReasonCode.ProtocolError, $"{type} answers packet {id}, which asked for something else.");
            }

            if (type == MqttPacketType.PubRec && (byte)reasons[0] < 0x80)
            {
                request.Released = true;
                return MqttReasonCode.Success;
            }

            _window.TryRemove(id, out _);
            _onWire -= request.IsAcknowledgedPublish ? 1 : 0;
        }

        // PUBCOMP "not found": the broker has finished with the message before; it was delivered.
        request.Answer.TrySetResult(type == MqttPacketType.PubComp ? [MqttReasonCode.Success] : reasons);
        return null;
    }

    private static void Fail(List<OutgoingRequest> requests, string why)
    {
        foreach (var request in requests)
        {
            request.Answer.TrySetException(new MqttNotConnectedException($"No answer came: {why}."));
        }
    }

    private bool WritePublish(OutgoingRequest request, ClientLink link, PacketBuffer output)
    {
        var start = output.Length;
        var acknowledged = request.IsAcknowledgedPublish;
        Write(request, acknowledged ? InflightWindow<OutgoingRequest>.IdOf(_window.Tail) : (ushort)0, link, output);
        if (output.Length - start > link.MaximumPacketSize || request.Message!.QoS > link.MaximumQoS)
        {
            _onWire -= acknowledged ? 1 : 0;
            request.Answer.TrySetResult(
                [output.Length - start > link.MaximumPacketSize ? MqttReasonCode.PacketTooLarge : MqttReasonCode.QoSNotSupported]);
            output.Truncate(start);
            return false;
        }

        if (acknowledged)
        {
            _window.Add(request);
        }
        else
        {
            request.Answer.TrySetResult([MqttReasonCode.Success]);
        }

        return true;
    }

    private void Write(OutgoingRequest request, ushort id, ClientLink link, PacketBuffer output)
    {
        if (request.Subscriptions is { } subscriptions)
        {
            MqttEncoder.Write(output, new SubscribePacket { PacketId = id, Subscriptions = subscriptions }, link.Version);
            return;
        }

        if (request.Filters is { } filters)
        {
            MqttEncoder.Write(output, new UnsubscribePacket { PacketId = id, Filters = filters }, link.Version);
            return;
        }

        var message = request.Message!;
        _onWire += request.IsAcknowledgedPublish ? 1 : 0;
        if (request.Released)
        {
            MqttEncoder.WriteAck(output, MqttPacketType.PubRel, id, MqttReasonCode.Success, null, link.Version);
            return;
        }

        MqttEncoder.Write(
            output,
            new PublishPacket
            {
                // Without a session on the other side it is a new message there (MQTT-3.3.1-1 is about the same session).
                Duplicate = request.IsRepeated && _sessionPresent,
                QoS = message.QoS,
                Retain = message.Retain,
                Topic = message.Topic,
                PacketId = id,
                Properties = MessageConversion.ToProperties(message),
                Payload = new ReadOnlySequence<byte>(message.Payload),
            },
            link.Version);
    }
}
