using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// What waits for one session, bounded by count and bytes. When full, a message with QoS 0 is dropped; one with a higher QoS
/// first displaces the oldest waiting ones with QoS 0. Not thread-safe.
/// </summary>
internal sealed class OutboundQueue(int maximumMessages, long maximumBytes)
{
    private readonly Queue<Delivery> _items = new();
    private int _unacknowledged;
    private long _bytes;

    public int Count => _items.Count;

    /// <summary>Adds a delivery.</summary>
    /// <param name="delivery">The newcomer.</param>
    /// <param name="displaced">How many waiting messages had to go.</param>
    /// <returns>False when the newcomer itself was dropped.</returns>
    public bool TryAdd(Delivery delivery, out int displaced)
    {
        displaced = 0;
        var size = delivery.Message.Payload.Length;
        if (!Fits(size))
        {
            if (delivery.QoS == MqttQualityOfService.AtMostOnce || _unacknowledged == 0)
            {
                return false;
            }

            displaced = Displace(size);
            if (!Fits(size))
            {
                return false;
            }
        }

        _items.Enqueue(delivery);
        Account(delivery, 1);
        return true;
    }

    public bool TryTake(bool allowAcknowledged, out Delivery? delivery)
    {
        // With the window full only a QoS 0 message at the head may pass; searching for one behind would change the order.
        if (!_items.TryPeek(out delivery) || (!allowAcknowledged && delivery.QoS != MqttQualityOfService.AtMostOnce))
        {
            delivery = null;
            return false;
        }

        _items.Dequeue();
        Account(delivery, -1);
        return true;
    }

    public void RemoveUnacknowledged() => Filter(_ => true);

    private bool Fits(int size) => _items.Count < maximumMessages && (_bytes + size <= maximumBytes || _items.Count == 0);

    /// <summary>Makes an eighth of the queue free in one pass, so that a full queue costs little per message.</summary>
    private int Displace(int size)
    {
        var wanted = Math.Max(1, maximumMessages / 8);
        return Filter(removed => removed < wanted || !Fits(size));
    }

    private int Filter(Func<int, bool> remove)
    {
        var removed = 0;
        for (var left = _items.Count; left > 0; left--)
        {
            var item = _items.Dequeue();
            if (item.QoS == MqttQualityOfService.AtMostOnce && remove(removed))
            {
                removed++;
                Account(item, -1);
            }
            else
            {
                _items.Enqueue(item);
            }
        }

        return removed;
    }

    private void Account(Delivery delivery, int sign)
    {
        _bytes += sign * delivery.Message.Payload.Length;
        _unacknowledged += delivery.QoS == MqttQualityOfService.AtMostOnce ? sign : 0;
    }
}
