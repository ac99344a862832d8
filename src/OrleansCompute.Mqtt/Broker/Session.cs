using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Transport;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// What a client keeps over its connections: subscriptions, waiting and unacknowledged messages, identifiers of QoS 2. Everything
/// is guarded by <see cref="Gate"/>; whoever holds it may take the locks of the subscription index and of the retained store.
/// </summary>
internal sealed class Session(string clientId, long number, MqttBrokerOptions options, BrokerCounters counters, TimeProvider time)
{
    private readonly OutboundQueue _queue = new(options.MaximumQueuedMessages, options.MaximumQueuedBytes);
    private readonly InflightWindow<Delivery> _window = new();
    private Dictionary<ushort, bool>? _received;
    private long _epoch;
    private long _resendNext;
    private long _resendEnd;
    private int _onWire;
    private int _receiveMaximum;
    private uint _maximumPacketSize;
    private bool _discarded;

    public Lock Gate { get; } = new();

    public string ClientId => clientId;

    /// <summary>Unique in the broker; messages that match several subscriptions are grouped by it.</summary>
    public long Number => number;

    public Dictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Null while the client is away. Written under the registry's lock of this client id and the gate.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>How long the session outlives its connection. Guarded by the registry.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>When it ends, as a timestamp; null while connected. Guarded by the registry.</summary>
    public long? ExpiresAt { get; set; }

    /// <summary>The will that waits for its delay, and when it is due. Guarded by the registry.</summary>
    public (StoredMessage Message, long DueAt)? DelayedWill { get; set; }

    public void Attach(Connection connection, int receiveMaximum, uint maximumPacketSize)
    {
        lock (Gate)
        {
            Connection = connection;
            ExpiresAt = null;
            _epoch++;
            _onWire = 0;
            _receiveMaximum = receiveMaximum;
            _maximumPacketSize = maximumPacketSize;
            (_resendNext, _resendEnd) = (_window.Head, _window.Tail);
        }
    }

    /// <summary>False when the connection was not, or is no more, the session's.</summary>
    public bool Detach(Connection connection)
    {
        lock (Gate)
        {
            if (!ReferenceEquals(Connection, connection))
            {
                return false;
            }

            Connection = null;
            _queue.RemoveUnacknowledged();
            return true;
        }
    }

    /// <summary>Marks the end of the session and returns its subscriptions for removal from the index.</summary>
    public Subscription[] Discard()
    {
        lock (Gate)
        {
            _discarded = true;
            Subscription[] all = [.. Subscriptions.Values];
            Subscriptions.Clear();
            return all;
        }
    }

    /// <summary>Queues a message and wakes the connection. Null: not for an absent client (QoS 0); false: dropped, and counted.</summary>
    public bool? Offer(StoredMessage message, MqttQualityOfService qos, bool retain, List<uint>? identifiers)
    {
        Connection? connection;
        lock (Gate)
        {
            if (_discarded || (Connection is null && qos == MqttQualityOfService.AtMostOnce))
            {
                return null;
            }

            var taken = _queue.TryAdd(new Delivery(message, qos, retain, identifiers), out var displaced);
            if (displaced > 0 || !taken)
            {
                Interlocked.Add(ref counters.Dropped, displaced + (taken ? 0 : 1));
            }

            if (!taken)
            {
                return false;
            }

            connection = Connection;
        }

        connection?.Signal();
        return true;
    }

    /// <summary>Appends the next message that the client may get now: first what it has not acknowledged, then what waits.</summary>
    public bool TryWriteNext(Connection connection, PacketBuffer output)
    {
        lock (Gate)
        {
            while (ReferenceEquals(Connection, connection))
            {
                var mayAcknowledge = _onWire < _receiveMaximum;
                if (_resendNext < _resendEnd)
                {
                    if (!mayAcknowledge)
                    {
                        return false;
                    }

                    var sequence = _resendNext++;
                    if (_window.At(sequence) is { } old)
                    {
                        WriteAgain(old, InflightWindow<Delivery>.IdOf(sequence), connection, output);
                        return true;
                    }

                    continue;
                }

                if (!_queue.TryTake(mayAcknowledge && _window.HasIdentifier, out var next))
                {
                    return false;
                }

                if (WriteFirst(next!, connection, output))
                {
                    return true;
                }

                Interlocked.Increment(ref counters.Dropped);
            }

            return false;
        }
    }

    /// <summary>Handles PUBACK, PUBREC and PUBCOMP; the reason for the answering PUBREL, or null when there is none.</summary>
    public MqttReasonCode? Acknowledge(AckPacket ack)
    {
        lock (Gate)
        {
            var known = _window.TryGet(ack.PacketId, out var delivery);
            switch (ack.Type)
            {
                case MqttPacketType.PubRec when !known:
                    return MqttReasonCode.PacketIdentifierNotFound;
                case MqttPacketType.PubRec when delivery!.QoS == MqttQualityOfService.ExactlyOnce && (byte)ack.Reason < 0x80:
                    delivery.Released = true;
                    return MqttReasonCode.Success;
                case MqttPacketType.PubRec or MqttPacketType.PubComp when known && delivery!.QoS == MqttQualityOfService.ExactlyOnce:
                case MqttPacketType.PubAck when known && delivery!.QoS == MqttQualityOfService.AtLeastOnce:
                    _window.TryRemove(ack.PacketId, out _);
                    _onWire -= delivery.Epoch == _epoch ? 1 : 0;
                    return null;
                default:
                    return null;
            }
        }
    }

    /// <summary>Notes an inbound QoS 2 identifier: null when new, otherwise whether the handler has finished with it.</summary>
    public bool? BeginReceive(ushort id)
    {
        lock (Gate)
        {
            if (_received?.TryGetValue(id, out var finished) == true)
            {
                return finished;
            }

            if (_received?.Count >= options.ReceiveMaximum)
            {
                throw new MqttProtocolException(
                    MqttReasonCode.ReceiveMaximumExceeded, $"More than {options.ReceiveMaximum} QoS 2 messages without PUBREL.");
            }

            (_received ??= []).Add(id, false);
            return null;
        }
    }

    /// <summary>The handler has finished with a QoS 2 message; returns the connection that gets the PUBREC, if any.</summary>
    public Connection? FinishReceive(ushort id, bool accepted)
    {
        lock (Gate)
        {
            if (accepted)
            {
                (_received ??= [])[id] = true;
            }
            else
            {
                _received?.Remove(id);
            }

            return Connection;
        }
    }

    /// <summary>PUBREL: the identifier is free again; false when it was not known.</summary>
    public bool EndReceive(ushort id)
    {
        lock (Gate)
        {
            return _received?.Remove(id) == true;
        }
    }

    private void WriteAgain(Delivery delivery, ushort id, Connection connection, PacketBuffer output)
    {
        delivery.Epoch = _epoch;
        _onWire++;
        if (delivery.Released)
        {
            MqttEncoder.WriteAck(output, MqttPacketType.PubRel, id, MqttReasonCode.Success, null, connection.Version);
            return;
        }

        // A message that has been sent once is sent again even if it has expired since: its identifier is in use.
        Encode(delivery, id, duplicate: true, SecondsLeft(delivery.Message) ?? 0, connection, output);
    }

    private bool WriteFirst(Delivery delivery, Connection connection, PacketBuffer output)
    {
        var left = SecondsLeft(delivery.Message);
        if (delivery.Message.ExpiresAt is not null && left is null)
        {
            return false;
        }

        var start = output.Length;
        if (delivery.QoS == MqttQualityOfService.AtMostOnce)
        {
            Encode(delivery, 0, duplicate: false, left, connection, output);
            return Keep(start, output);
        }

        Encode(delivery, InflightWindow<Delivery>.IdOf(_window.Tail), duplicate: false, left, connection, output);
        if (!Keep(start, output))
        {
            return false;
        }

        delivery.Epoch = _epoch;
        _onWire++;
        _window.Add(delivery);
        return true;
    }

    /// <summary>MQTT-3.1.2-25: a packet above the client's maximum is not sent, and the delivery counts as done.</summary>
    private bool Keep(int start, PacketBuffer output)
    {
        if (output.Length - start <= _maximumPacketSize)
        {
            return true;
        }

        output.Truncate(start);
        return false;
    }

    private void Encode(Delivery delivery, ushort id, bool duplicate, uint? left, Connection connection, PacketBuffer output)
    {
        var message = delivery.Message;
        Interlocked.Increment(ref counters.Sent);
        MqttEncoder.Write(
            output,
            new PublishPacket
            {
                Duplicate = duplicate,
                QoS = delivery.QoS,
                Retain = delivery.Retain,
                Topic = message.Topic,
                PacketId = id,
                Properties = connection.Version == MqttProtocolVersion.V500
                    ? message.For(delivery.SubscriptionIdentifiers, message.ExpiresAt is null ? null : left)
                    : null,
                Payload = new System.Buffers.ReadOnlySequence<byte>(message.Payload),
            },
            connection.Version);
    }

    /// <summary>Whole seconds until the message expires, rounded up; null when it has expired or never does.</summary>
    private uint? SecondsLeft(StoredMessage message)
    {
        if (message.ExpiresAt is not { } at)
        {
            return null;
        }

        var left = at - time.GetTimestamp();
        return left <= 0 ? null : (uint)Math.Min(uint.MaxValue, (left + time.TimestampFrequency - 1) / time.TimestampFrequency);
    }
}
