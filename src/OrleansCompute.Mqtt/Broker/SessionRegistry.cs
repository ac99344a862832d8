using System.Collections.Concurrent;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// All sessions, and which connection has which. Changes for one client id are serialised by a striped lock, under which the
/// handler is told, so that its calls come in order. Thread-safe.
/// </summary>
internal sealed class SessionRegistry(
    MqttBrokerOptions options, MessageRouter router, BrokerCounters counters, TimeProvider time, Action<MqttSessionInfo> onConnected,
    Action<MqttSessionInfo, MqttDisconnectCause> onDisconnected)
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private long _numbers;

    public int Count => _sessions.Count;

    /// <summary>Gives the connection its session, taking it over from another connection. Null: too many sessions.</summary>
    /// <param name="connection">The new connection.</param>
    /// <param name="connect">Its CONNECT.</param>
    /// <param name="expiry">How long the session outlives the connection.</param>
    /// <param name="describe">Makes the information for the handler, given whether a session was there.</param>
    public Session? Attach(Connection connection, ConnectPacket connect, TimeSpan expiry, Func<bool, MqttSessionInfo> describe)
    {
        lock (StripeOf(connection.ClientId))
        {
            if (_sessions.TryGetValue(connection.ClientId, out var session))
            {
                if (session.Connection is { } old)
                {
                    End(session, old, MqttDisconnectCause.TakenOver);
                    old.Close(MqttDisconnectCause.TakenOver, MqttReasonCode.SessionTakenOver, "another connection uses this client id");
                    _sessions.TryGetValue(connection.ClientId, out session);
                }

                if (session is not null && (connect.CleanStart || session.ExpiresAt <= time.GetTimestamp()))
                {
                    Discard(session);
                    session = null;
                }
            }

            var present = session is not null;
            if (session is null)
            {
                if (_sessions.Count >= options.MaximumSessions)
                {
                    return null;
                }

                session = new Session(connection.ClientId, Interlocked.Increment(ref _numbers), options, counters, time);
                _sessions[connection.ClientId] = session;
            }

            session.DelayedWill = null;
            session.Expiry = expiry;
            connection.Accept(session, describe(present));
            session.Attach(
                connection,
                connect.Properties?.ReceiveMaximum
                    ?? (connect.Version == MqttProtocolVersion.V500 ? ushort.MaxValue : options.ReceiveMaximum),
                connect.Properties?.MaximumPacketSize ?? uint.MaxValue);
            onConnected(connection.Info!);
            return session;
        }
    }

    /// <summary>The connection is over; does nothing when the session has moved on.</summary>
    public void End(Connection connection, MqttDisconnectCause cause)
    {
        if (connection.Session is { } session)
        {
            lock (StripeOf(session.ClientId))
            {
                End(session, connection, cause);
            }
        }
    }

    /// <summary>Publishes delayed wills and ends sessions that are due.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        foreach (var (clientId, session) in _sessions)
        {
            if (session.ExpiresAt is null)
            {
                continue;
            }

            lock (StripeOf(clientId))
            {
                if (session.DelayedWill is { } will && will.DueAt <= now && session.Connection is null)
                {
                    session.DelayedWill = null;
                    Publish(will.Message);
                }

                if (session.ExpiresAt <= now && session.Connection is null)
                {
                    Discard(session);
                }
            }
        }
    }

    private void End(Session session, Connection connection, MqttDisconnectCause cause)
    {
        if (!session.Detach(connection))
        {
            return;
        }

        var now = time.GetTimestamp();
        session.ExpiresAt = After(now, session.Expiry);
        if (connection.TakeWill() is { } will)
        {
            if (will.Delay > TimeSpan.Zero && session.Expiry > TimeSpan.Zero && cause != MqttDisconnectCause.ServerStopping)
            {
                session.DelayedWill = (will.Message, After(now, will.Delay));
            }
            else
            {
                Publish(will.Message);
            }
        }

        onDisconnected(connection.Info!, cause);
        if (session.Expiry <= TimeSpan.Zero)
        {
            Discard(session);
        }
    }

    private void Discard(Session session)
    {
        _sessions.TryRemove(new KeyValuePair<string, Session>(session.ClientId, session));
        if (session.DelayedWill is { } will)
        {
            session.DelayedWill = null;
            Publish(will.Message);
        }

        router.Discard(session);
    }

    private void Publish(StoredMessage will)
    {
        var matches = new List<Subscription>();
        router.NeedsPayload(will.Topic, will.Retain, matches);
        router.Route(will, matches, null);
    }

    private long After(long now, TimeSpan delay) => now + (long)(delay.TotalSeconds * time.TimestampFrequency);

    private Lock StripeOf(string clientId) => _stripes[(uint)clientId.GetHashCode(StringComparison.Ordinal) % (uint)_stripes.Length];
}
