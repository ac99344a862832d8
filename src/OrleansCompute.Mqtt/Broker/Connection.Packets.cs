using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>What each packet of a client does.</summary>
internal sealed partial class Connection
{
    private Func<bool, ConnAckPacket>? _connAck;

    private async ValueTask ConnectAsync(ConnectPacket connect)
    {
        Version = connect.Version;
        _writer.Version = connect.Version;
        var assigned = connect.ClientId.Length == 0 && (connect.CleanStart || connect.Version == MqttProtocolVersion.V500);
        ClientId = assigned ? $"auto-{Guid.NewGuid():n}" : connect.ClientId;
        if (ClientId.Length == 0)
        {
            Refuse(MqttReasonCode.ClientIdentifierNotValid, "an empty client id needs a clean session");
            return;
        }

        if (connect.Properties?.AuthenticationMethod is { } method)
        {
            Refuse(MqttReasonCode.BadAuthenticationMethod,
                $"authentication method '{(method.Length > 64 ? method[..64] : method)}' is not supported");
            return;
        }

        var decision = await DecideAsync(connect);
        if (decision.Reason != MqttReasonCode.Success)
        {
            Refuse(decision.Reason, decision.Text);
            return;
        }

        _problemInformation = connect.Properties?.RequestProblemInformation ?? true;
        _keepAliveSeconds = connect.KeepAliveSeconds;
        _will = WillOf(connect);
        var expiry = ExpiryOf(connect);
        _connAck = present => ConnAck(connect, present, assigned, expiry);
        var session = _broker.Sessions.Attach(this, connect, expiry, present => new MqttSessionInfo
        {
            ClientId = ClientId,
            UserName = connect.UserName,
            Principal = decision.Principal,
            ProtocolVersion = connect.Version,
            RemoteEndPoint = RemoteEndPoint,
            SessionPresent = present,
        });
        _connAck = null;
        if (session is null)
        {
            _will = null;
            Refuse(MqttReasonCode.QuotaExceeded, $"{_broker.Options.MaximumSessions} sessions are open");
            return;
        }

        LogConnected(ClientId, RemoteEndPoint, connect.Version);
    }

    private async ValueTask<MqttConnectDecision> DecideAsync(ConnectPacket connect)
    {
        try
        {
            return await _broker.Handler.OnConnectAsync(
                new MqttConnectRequest
                {
                    ClientId = ClientId,
                    UserName = connect.UserName,
                    Password = connect.Password,
                    ProtocolVersion = connect.Version,
                    RemoteEndPoint = RemoteEndPoint,
                    CleanStart = connect.CleanStart,
                    WillTopic = connect.Will?.Topic,
                },
                _ended.Token);
        }
        catch (Exception error) when (!_ended.IsCancellationRequested)
        {
            LogUnexpected(error, ClientId, RemoteEndPoint);
            return MqttConnectDecision.Refuse(MqttReasonCode.ServerUnavailable);
        }
    }

    private ConnAckPacket ConnAck(ConnectPacket connect, bool present, bool assigned, TimeSpan expiry) => new()
    {
        SessionPresent = present,
        Properties = connect.Version == MqttProtocolVersion.V311
            ? null
            : new MqttProperties
            {
                ReceiveMaximum = (ushort)_broker.Options.ReceiveMaximum,
                MaximumPacketSize = (uint)_broker.Options.MaximumPacketSizeBytes,
                TopicAliasMaximum = (ushort)_broker.Options.TopicAliasMaximum,
                AssignedClientIdentifier = assigned ? ClientId : null,
                SharedSubscriptionAvailable = false,
                SessionExpiryInterval = connect.Properties?.SessionExpiryInterval is { } asked && asked > expiry.TotalSeconds
                    ? (uint)expiry.TotalSeconds
                    : null,
            },
    };

    private TimeSpan ExpiryOf(ConnectPacket connect)
    {
        var maximum = _broker.Options.MaximumSessionExpiry;
        if (connect.Version == MqttProtocolVersion.V311)
        {
            // 3.1.1 names no time: a session without "clean" lives as long as the operator allows.
            return connect.CleanStart ? TimeSpan.Zero : maximum;
        }

        var asked = TimeSpan.FromSeconds(connect.Properties?.SessionExpiryInterval ?? 0);
        return asked < maximum ? asked : maximum;
    }

    private static (StoredMessage Message, TimeSpan Delay)? WillOf(ConnectPacket connect) => connect.Will is not { } will ? null : (
        new StoredMessage
        {
            Topic = will.Topic,
            Payload = will.Payload,
            QoS = will.QoS,
            Retain = will.Retain,
            Properties = StoredMessage.Forwarded(will.Properties),
        },
        TimeSpan.FromSeconds(will.Properties?.WillDelayInterval ?? 0));

    private void Refuse(MqttReasonCode reason, string? text)
    {
        Interlocked.Increment(ref _broker.Counters.ConnectionsRefused);
        LogRefused(ClientId, RemoteEndPoint, reason);
        _writer.Append(new ConnAckPacket
        {
            Reason = ReasonRules.IsAllowed(MqttPacketType.ConnAck, (byte)reason) ? reason : MqttReasonCode.UnspecifiedError,
            Properties = Version == MqttProtocolVersion.V500 && text is not null ? new MqttProperties { ReasonString = text } : null,
        });
        _writer.Flush();
        Interlocked.Exchange(ref _closing, 1);
    }

    /// <summary>The first packet could not be parsed. Only a client that wants another version can understand an answer.</summary>
    private void RefuseUnparsed(MqttReasonCode reason)
    {
        Interlocked.Increment(ref _broker.Counters.ConnectionsRefused);
        if (reason == MqttReasonCode.UnsupportedProtocolVersion)
        {
            _writer.Version = MqttProtocolVersion.V311;
            _writer.Append(new ConnAckPacket { Reason = reason });
        }
    }

    private async ValueTask HandlePublishAsync(PublishPacket packet)
    {
        var topic = ResolveTopic(packet);
        if (packet.Properties?.SubscriptionIdentifiers is not null)
        {
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A client's PUBLISH carries a subscription identifier.");
        }

        if (packet.QoS == MqttQualityOfService.ExactlyOnce && Session!.BeginReceive(packet.PacketId) is { } finished)
        {
            if (finished)
            {
                _writer.AppendAck(MqttPacketType.PubRec, packet.PacketId, MqttReasonCode.Success);
            }

            return;
        }

        while (Version == MqttProtocolVersion.V311 && _inbound.WhenRoomAsync() is { } room)
        {
            _writer.Flush();
            await PauseAsync(room);
        }

        if (packet.QoS != MqttQualityOfService.AtMostOnce && !_inbound.TryReserve() && Version == MqttProtocolVersion.V500)
        {
            throw new MqttProtocolException(
                MqttReasonCode.ReceiveMaximumExceeded, $"More than {_broker.Options.ReceiveMaximum} unacknowledged messages.");
        }

        while (_inbound.WhenRoomAsync() is { } room)
        {
            _writer.Flush();
            await PauseAsync(room);
        }

        _inbound.Accept(
            new MqttInboundPublish
            {
                Topic = topic,
                Payload = packet.Payload,
                QoS = packet.QoS,
                Retain = packet.Retain,
                Duplicate = packet.Duplicate,
                Properties = packet.Properties,
                Session = Info!,
            },
            packet.PacketId,
            _broker.Stopping);
    }

    private string ResolveTopic(PublishPacket packet)
    {
        if (packet.Properties?.TopicAlias is not { } alias)
        {
            return packet.Topic;
        }

        if (alias > _broker.Options.TopicAliasMaximum)
        {
            throw new MqttProtocolException(
                MqttReasonCode.TopicAliasInvalid, $"Topic alias {alias}; allowed 1 to {_broker.Options.TopicAliasMaximum}.");
        }

        _aliases ??= [];
        if (packet.Topic.Length > 0)
        {
            _aliases[alias] = packet.Topic;
            return packet.Topic;
        }

        return _aliases.TryGetValue(alias, out var known)
            ? known
            : throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"Topic alias {alias} was not defined on this connection.");
    }

    private void HandleAck(AckPacket ack)
    {
        if (ack.Type == MqttPacketType.PubRel)
        {
            var known = Session!.EndReceive(ack.PacketId);
            if (known)
            {
                _inbound.Release();
            }

            _writer.AppendAck(
                MqttPacketType.PubComp, ack.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
        }
        else if (Session!.Acknowledge(ack) is { } reason)
        {
            _writer.AppendAck(MqttPacketType.PubRel, ack.PacketId, reason);
        }
    }

    private void HandleSubscribe(SubscribePacket packet)
    {
        var identifier = packet.Properties?.SubscriptionIdentifiers is { Count: 1 } list ? list[0] : (uint?)null;
        var reasons = new List<MqttReasonCode>(packet.Subscriptions.Count);
        foreach (var subscription in packet.Subscriptions)
        {
            reasons.Add(Subscribe(subscription, identifier));
        }

        _writer.Append(new SubAckPacket { PacketId = packet.PacketId, Reasons = reasons });
    }

    private MqttReasonCode Subscribe(MqttSubscription subscription, uint? identifier)
    {
        if (TopicFilter.Check(subscription.Filter) is { } problem)
        {
            throw new MqttProtocolException(
                subscription.Filter.Length == 0 ? MqttReasonCode.ProtocolError : MqttReasonCode.TopicFilterInvalid, problem);
        }

        var reason = subscription.Filter.StartsWith("$share/", StringComparison.Ordinal)
            ? MqttReasonCode.SharedSubscriptionsNotSupported
            : Decide(subscription);
        if ((byte)reason < 0x80)
        {
            var granted = reason < (MqttReasonCode)subscription.QoS ? (MqttQualityOfService)reason : subscription.QoS;
            reason = _broker.Router.Subscribe(new Subscription(Session!, subscription with { QoS = granted }, identifier))
                ? (MqttReasonCode)granted
                : MqttReasonCode.QuotaExceeded;
        }

        if ((byte)reason >= 0x80)
        {
            Interlocked.Increment(ref _broker.Counters.RequestsRefused);
        }

        return reason;
    }

    private MqttReasonCode Decide(MqttSubscription subscription)
    {
        try
        {
            return _broker.Handler.OnSubscribe(new MqttSubscribeRequest(Info!, subscription)).Reason;
        }
        catch (Exception error)
        {
            LogUnexpected(error, ClientId, RemoteEndPoint);
            return MqttReasonCode.UnspecifiedError;
        }
    }

    private void HandleUnsubscribe(UnsubscribePacket packet)
    {
        var reasons = new List<MqttReasonCode>(packet.Filters.Count);
        foreach (var filter in packet.Filters)
        {
            if (TopicFilter.Check(filter) is { } problem)
            {
                throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, problem);
            }

            reasons.Add(_broker.Router.Unsubscribe(Session!, filter) ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted);
        }

        _writer.Append(new UnsubAckPacket { PacketId = packet.PacketId, Reasons = reasons });
    }

    private void HandleDisconnect(DisconnectPacket packet)
    {
        if (packet.Properties?.SessionExpiryInterval is { } seconds)
        {
            if (Session!.Expiry == TimeSpan.Zero && seconds > 0)
            {
                throw new MqttProtocolException(
                    MqttReasonCode.ProtocolError, "DISCONNECT sets a session expiry, but CONNECT had none.");
            }

            var asked = TimeSpan.FromSeconds(seconds);
            Session!.Expiry = asked < _broker.Options.MaximumSessionExpiry ? asked : _broker.Options.MaximumSessionExpiry;
        }

        if (packet.Reason != MqttReasonCode.DisconnectWithWill)
        {
            _will = null;
        }

        _cause = MqttDisconnectCause.ClientDisconnected;
        Interlocked.Exchange(ref _closing, 1);
    }
}
