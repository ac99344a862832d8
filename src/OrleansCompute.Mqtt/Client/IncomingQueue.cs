using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>
/// Messages from the broker on their way to the application: handled one after another in the order of arrival, acknowledged when
/// the handler has finished. Thread-safe.
/// </summary>
internal sealed partial class IncomingQueue(ILogger logger, int receiveMaximum)
{
    /// <summary>QoS 0 messages beyond this are dropped and counted: waiting would stop the answers that the handler may wait for.</summary>
    private const int MaximumWaiting = 8_192;

    private readonly Channel<Item> _channel = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly HashSet<ushort> _handled = [];
    private readonly HashSet<ushort> _handling = [];
    private TaskCompletionSource? _room;
    private int _waiting;
    private int _acknowledged;
    private long _dropped;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Without a session on the other side the identifiers of QoS 2 mean nothing any more.</summary>
    public void ForgetSession()
    {
        lock (_gate)
        {
            _handled.Clear();
            _handling.Clear();
        }
    }

    /// <summary>Takes a message in. A task is returned when the connection must not be read until it has completed.</summary>
    public Task? Add(ClientLink link, PublishPacket packet, string topic)
    {
        lock (_gate)
        {
            if (packet.QoS == MqttQualityOfService.ExactlyOnce)
            {
                if (_handled.Contains(packet.PacketId))
                {
                    link.Acknowledge(MqttPacketType.PubRec, packet.PacketId, MqttReasonCode.Success);
                    return null;
                }

                if (!_handling.Add(packet.PacketId))
                {
                    return null;
                }
            }
            else if (packet.QoS == MqttQualityOfService.AtMostOnce && _waiting >= MaximumWaiting)
            {
                Interlocked.Increment(ref _dropped);
                return null;
            }

            _waiting++;
            _acknowledged += packet.QoS == MqttQualityOfService.AtMostOnce ? 0 : 1;
            _channel.Writer.TryWrite(new Item(link, MessageConversion.ToMessage(packet, topic), packet.PacketId));
            return _acknowledged > receiveMaximum
                ? (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : null;
        }
    }

    /// <summary>PUBREL: the identifier may be used for another message.</summary>
    public bool Release(ushort id)
    {
        lock (_gate)
        {
            return _handled.Remove(id);
        }
    }

    /// <summary>Runs until the token is cancelled.</summary>
    public async Task RunAsync(Func<Func<MqttMessage, CancellationToken, ValueTask>?> handler, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in _channel.Reader.ReadAllAsync(cancellationToken))
            {
                var reason = MqttReasonCode.Success;
                try
                {
                    if (handler() is { } handle)
                    {
                        await handle(item.Message, cancellationToken);
                    }
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested)
                {
                    LogHandlerFailed(error, item.Message.Topic);
                    reason = MqttReasonCode.UnspecifiedError;
                }

                Finish(item, reason);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client is being closed; what was not handled is not acknowledged, so the broker keeps it.
        }
    }

    private void Finish(Item item, MqttReasonCode reason)
    {
        var qos = item.Message.QoS;
        lock (_gate)
        {
            _waiting--;
            if (qos != MqttQualityOfService.AtMostOnce)
            {
                _acknowledged--;
                _room?.TrySetResult();
                _room = null;
            }

            if (qos == MqttQualityOfService.ExactlyOnce && _handling.Remove(item.Id) && reason == MqttReasonCode.Success)
            {
                _handled.Add(item.Id);
            }
        }

        if (qos != MqttQualityOfService.AtMostOnce)
        {
            item.Link.Acknowledge(qos == MqttQualityOfService.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec, item.Id, reason);
        }
    }

    [LoggerMessage(3110, LogLevel.Error, "The message handler failed for topic '{Topic}'; the broker is told")]
    private partial void LogHandlerFailed(Exception error, string topic);

    private readonly record struct Item(ClientLink Link, MqttMessage Message, ushort Id);
}
