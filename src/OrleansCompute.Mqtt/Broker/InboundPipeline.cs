using System.Buffers;
using Microsoft.Extensions.Logging;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// The publishes of one connection on their way through the handler. Handlers overlap; routing and acknowledging happen in the
/// order of arrival (MQTT-4.6.0-2), each when its handler and all before it have finished.
/// </summary>
internal sealed partial class InboundPipeline(
    Connection connection, IMqttBrokerHandler handler, MessageRouter router, BrokerCounters counters, TimeProvider time, int limit,
    ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Queue<Slot> _slots = new();
    private readonly List<Subscription> _matches = [];
    private TaskCompletionSource? _room;
    private bool _finishing;
    private int _unacknowledged;

    /// <summary>Null when there is room for another publish; otherwise completes when there is.</summary>
    public Task? WhenRoomAsync()
    {
        lock (_gate)
        {
            return _slots.Count < limit
                ? null
                : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Counts a publish that must be acknowledged; false when the client has exceeded the receive maximum.</summary>
    public bool TryReserve() => Interlocked.Increment(ref _unacknowledged) <= limit;

    public void Release() => Interlocked.Decrement(ref _unacknowledged);

    /// <summary>Hands one message to the handler. The payload is not read after this method has returned.</summary>
    public void Accept(MqttInboundPublish publish, ushort id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref counters.Received);
#pragma warning disable CA2012 // Taken once: its result when it has completed, otherwise by AwaitAsync.
        ValueTask<MqttPublishDecision> pending;
        try
        {
            pending = handler.OnPublishAsync(publish, cancellationToken);
        }
        catch (Exception error)
        {
            pending = ValueTask.FromException<MqttPublishDecision>(error);
        }
#pragma warning restore CA2012

        var slot = new Slot(publish, id);
        if (pending.IsCompleted)
        {
            slot.Decision = Result(pending, publish);
            if (TryFinishAtOnce(slot))
            {
                return;
            }
        }

        if (pending.IsCompleted ? slot.Decision.Forwards : publish.KeepForForwarding)
        {
            slot.Payload = publish.Payload.ToArray();
        }

        publish.Payload = default;
        lock (_gate)
        {
            slot.IsDone = pending.IsCompleted && slot.Decided;
            _slots.Enqueue(slot);
        }

        if (slot.IsDone)
        {
            FinishReady();
        }
        else
        {
            _ = AwaitAsync(slot, pending);
        }
    }

    private bool TryFinishAtOnce(Slot slot)
    {
        slot.Decided = true;
        lock (_gate)
        {
            if (_finishing || _slots.Count > 0)
            {
                return false;
            }

            _finishing = true;
        }

        Finish(slot, slot.Publish.Payload);
        slot.Publish.Payload = default;
        FinishReady(alreadyFinishing: true);
        return true;
    }

    private async Task AwaitAsync(Slot slot, ValueTask<MqttPublishDecision> pending)
    {
        try
        {
            slot.Decision = await pending;
        }
        catch (Exception error)
        {
            slot.Decision = OnHandlerFailed(error, slot.Publish);
        }

        lock (_gate)
        {
            slot.IsDone = true;
        }

        FinishReady();
        connection.Signal();
    }

    private MqttPublishDecision Result(ValueTask<MqttPublishDecision> completed, MqttInboundPublish publish)
    {
        try
        {
            // Completed already: this takes the result, it does not wait.
            return completed.GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            return OnHandlerFailed(error, publish);
        }
    }

    private MqttPublishDecision OnHandlerFailed(Exception error, MqttInboundPublish publish)
    {
        LogHandlerFailed(error, publish.Session.ClientId, publish.Topic);
        return MqttPublishDecision.Refuse(MqttReasonCode.UnspecifiedError);
    }

    /// <summary>Finishes what is done at the head of the line; one thread at a time, the others leave it their work.</summary>
    private void FinishReady(bool alreadyFinishing = false)
    {
        for (var mine = alreadyFinishing; ; mine = true)
        {
            Slot slot;
            lock (_gate)
            {
                if (!mine && _finishing)
                {
                    return;
                }

                _finishing = _slots.TryPeek(out var head) && head.IsDone;
                if (!_finishing)
                {
                    return;
                }

                slot = _slots.Dequeue();
                _room?.TrySetResult();
                _room = null;
            }

            Finish(slot, new ReadOnlySequence<byte>(slot.Payload ?? []));
        }
    }

    private void Finish(Slot slot, ReadOnlySequence<byte> payload)
    {
        var (publish, decision) = (slot.Publish, slot.Decision);
        if (decision.Forwards && slot.Payload is null && !publish.KeepForForwarding && !slot.Decided)
        {
            LogForwardWithoutPayload(publish.Session.ClientId, publish.Topic);
            decision = MqttPublishDecision.Refuse(MqttReasonCode.ImplementationSpecificError);
        }

        if (decision.Forwards)
        {
            Forward(publish, slot.Payload, payload);
        }
        else if (decision.Reason != MqttReasonCode.Success)
        {
            Interlocked.Increment(ref counters.RequestsRefused);
        }

        connection.AcknowledgePublish(publish.QoS, slot.Id, decision.Reason);
    }

    private void Forward(MqttInboundPublish publish, byte[]? copied, ReadOnlySequence<byte> payload)
    {
        _matches.Clear();
        if (!router.NeedsPayload(publish.Topic, publish.Retain, _matches))
        {
            return;
        }

        var message = new StoredMessage
        {
            Topic = publish.Topic,
            Payload = copied ?? payload.ToArray(),
            QoS = publish.QoS,
            Retain = publish.Retain,
            Properties = StoredMessage.Forwarded(publish.Properties),
            ExpiresAt = publish.Properties?.MessageExpiryInterval is { } seconds
                ? time.GetTimestamp() + (seconds * time.TimestampFrequency)
                : null,
        };
        router.Route(message, _matches, connection.Session);
    }

    private sealed class Slot(MqttInboundPublish publish, ushort id)
    {
        public MqttInboundPublish Publish => publish;

        public ushort Id => id;

        public byte[]? Payload { get; set; }

        public MqttPublishDecision Decision { get; set; }

        /// <summary>The handler completed within its call, so the payload was still there.</summary>
        public bool Decided { get; set; }

        public bool IsDone { get; set; }
    }
}
