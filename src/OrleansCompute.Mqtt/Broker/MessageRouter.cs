using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>Brings messages to sessions: the subscription index, the retained messages, and the rules of delivery. Thread-safe.</summary>
internal sealed class MessageRouter(MqttBrokerOptions options, BrokerCounters counters, TimeProvider time) : IDisposable
{
    private readonly SubscriptionTrie<Subscription> _index = new();

    public int SubscriptionCount => _index.Count;

    public RetainedStore Retained { get; } = new(options.MaximumRetainedMessages, options.MaximumRetainedBytes);

    public void Dispose() => _index.Dispose();

    /// <summary>Whether anybody would get or keep the message, so that its payload must be copied.</summary>
    public bool NeedsPayload(string topic, bool retain, List<Subscription> matches)
    {
        _index.Match(topic, matches);
        return retain || matches.Count > 0;
    }

    /// <summary>Retains the message if it says so, and queues it to the sessions of <paramref name="matches"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="matches">What <see cref="NeedsPayload"/> has found; reordered.</param>
    /// <param name="publisher">The publishing session, for no-local; null: the server itself.</param>
    public MqttPublishOutcome Route(StoredMessage message, List<Subscription> matches, Session? publisher)
    {
        if (message.Retain)
        {
            if (!Retained.Set(message))
            {
                Interlocked.Increment(ref counters.RetainsRefused);
            }

            // Who subscribed between the match and the store saw neither: match again, after the store (see Subscribe).
            matches.Clear();
            _index.Match(message.Topic, matches);
        }

        var (queued, dropped) = (0, 0);
        if (matches.Count > 1)
        {
            matches.Sort(static (a, b) => a.Session.Number.CompareTo(b.Session.Number));
        }

        for (var start = 0; start < matches.Count;)
        {
            var end = start + 1;
            while (end < matches.Count && ReferenceEquals(matches[end].Session, matches[start].Session))
            {
                end++;
            }

            switch (Deliver(message, matches, start, end, publisher))
            {
                case true: queued++; break;
                case false: dropped++; break;
                default: break;
            }

            start = end;
        }

        return new MqttPublishOutcome(queued, dropped);
    }

    /// <summary>Adds or replaces a subscription and queues the retained messages that it asks for.</summary>
    /// <returns>False when the session has too many.</returns>
    public bool Subscribe(Subscription subscription)
    {
        var session = subscription.Session;
        var filter = subscription.Options.Filter;
        var retained = new List<StoredMessage>();

        // Under the session's lock, so that a message published meanwhile cannot be queued before an older retained one: the
        // publisher stores first and then queues, which waits for this lock.
        lock (session.Gate)
        {
            var replaces = session.Subscriptions.TryGetValue(filter, out var old);
            if (!replaces && session.Subscriptions.Count >= options.MaximumSubscriptionsPerSession)
            {
                return false;
            }

            session.Subscriptions[filter] = subscription;
            _index.Add(filter, subscription);
            if (replaces)
            {
                _index.Remove(filter, old!);
            }

            var handling = subscription.Options.RetainHandling;
            if (handling == MqttRetainHandling.Send || (handling == MqttRetainHandling.SendIfNew && !replaces))
            {
                Retained.Match(filter, retained);
            }

            foreach (var message in retained)
            {
                if (message.ExpiresAt <= time.GetTimestamp())
                {
                    Retained.RemoveExpired(message);
                    continue;
                }

                session.Offer(message, Lower(message.QoS, subscription.Options.QoS), retain: true, Identifiers(subscription));
            }
        }

        return true;
    }

    /// <summary>Removes a subscription; false when there was none.</summary>
    public bool Unsubscribe(Session session, string filter)
    {
        lock (session.Gate)
        {
            return session.Subscriptions.Remove(filter, out var old) && _index.Remove(filter, old);
        }
    }

    /// <summary>Removes everything that a session had.</summary>
    public void Discard(Session session)
    {
        foreach (var subscription in session.Discard())
        {
            _index.Remove(subscription.Options.Filter, subscription);
        }
    }

    private static bool? Deliver(StoredMessage message, List<Subscription> matches, int start, int end, Session? publisher)
    {
        // Overlapping subscriptions: one copy, with the highest QoS and all identifiers (3.3.4-2 and 3.3.4-3).
        var qos = MqttQualityOfService.AtMostOnce;
        var retain = false;
        List<uint>? identifiers = null;
        var any = false;
        for (var i = start; i < end; i++)
        {
            var subscription = matches[i];
            if (subscription.Options.NoLocal && ReferenceEquals(subscription.Session, publisher))
            {
                continue;
            }

            any = true;
            qos = subscription.Options.QoS > qos ? subscription.Options.QoS : qos;
            retain |= message.Retain && subscription.Options.RetainAsPublished;
            if (subscription.Identifier is { } identifier)
            {
                (identifiers ??= []).Add(identifier);
            }
        }

        return any ? matches[start].Session.Offer(message, Lower(message.QoS, qos), retain, identifiers) : null;
    }

    private static List<uint>? Identifiers(Subscription subscription) => subscription.Identifier is { } identifier ? [identifier] : null;

    private static MqttQualityOfService Lower(MqttQualityOfService a, MqttQualityOfService b) => a < b ? a : b;
}
