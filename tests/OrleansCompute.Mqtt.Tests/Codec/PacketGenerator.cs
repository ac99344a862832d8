using System.Buffers;
using System.Text;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Codec;

/// <summary>Any valid packet of any type, with any subset of the properties that it may carry, from a seeded source.</summary>
internal sealed class PacketGenerator(int seed)
{
    private readonly Random _random = new(seed);

    public MqttPacket Next(MqttProtocolVersion version)
    {
        var five = version == MqttProtocolVersion.V500;
        var type = (MqttPacketType)_random.Next(1, five ? 16 : 15);
        var properties = five ? Properties(PropertyRules.AllowedIn(type), type) : null;
        return type switch
        {
            MqttPacketType.Connect => new ConnectPacket
            {
                Version = version, ClientId = Text(), CleanStart = Coin(), KeepAliveSeconds = Id(), UserName = "u" + Text(),
                Password = Coin() ? Bytes() : null, Will = Coin() ? Will(five) : null, Properties = properties,
            },
            MqttPacketType.ConnAck => new ConnAckPacket { Reason = Reason(type, five), Properties = properties },
            MqttPacketType.Publish => Publish(properties),
            MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp =>
                new AckPacket(type) { PacketId = Id(), Reason = five ? Reason(type, five) : 0, Properties = properties },
            MqttPacketType.Subscribe => new SubscribePacket
            {
                PacketId = Id(), Properties = properties,
                Subscriptions = [.. Many(() => new MqttSubscription("f/" + Text(), QoS())
                {
                    NoLocal = five && Coin(), RetainAsPublished = five && Coin(),
                    RetainHandling = five ? (MqttRetainHandling)_random.Next(3) : 0,
                })],
            },
            MqttPacketType.SubAck =>
                new SubAckPacket { PacketId = Id(), Properties = properties, Reasons = [.. Many(() => Reason(type, five))] },
            MqttPacketType.Unsubscribe => new UnsubscribePacket { PacketId = Id(), Properties = properties, Filters = [.. Many(Text)] },
            MqttPacketType.UnsubAck => new UnsubAckPacket
            {
                PacketId = Id(), Properties = properties, Reasons = five ? [.. Many(() => Reason(type, five))] : [],
            },
            MqttPacketType.Disconnect => new DisconnectPacket { Reason = five ? Reason(type, five) : 0, Properties = properties },
            MqttPacketType.Auth => new AuthPacket { Reason = Reason(type, five), Properties = properties },
            _ => new PingPacket(type),
        };
    }

    private PublishPacket Publish(MqttProperties? properties)
    {
        var qos = QoS();
        return new PublishPacket
        {
            QoS = qos, Duplicate = qos > 0 && Coin(), Retain = Coin(),
            Topic = properties?.TopicAlias is not null && Coin() ? "" : "t/" + Text(),
            PacketId = qos > 0 ? Id() : (ushort)0, Properties = properties, Payload = new ReadOnlySequence<byte>(Bytes()),
        };
    }

    private WillMessage Will(bool five) => new()
    {
        Topic = "w/" + Text(), Payload = Bytes(), QoS = QoS(),
        Retain = Coin(), Properties = five ? Properties(PropertyRules.Will, 0) : null,
    };

    private MqttProperties? Properties(ulong allowed, MqttPacketType type)
    {
        var properties = new MqttProperties();
        var any = false;
        foreach (var id in Enum.GetValues<MqttPropertyId>())
        {
            if ((allowed & 1UL << (int)id) != 0 && Coin())
            {
                any = true;
                Set(properties, id, type);
            }
        }

        if (properties.AuthenticationData is not null)
        {
            properties.AuthenticationMethod ??= "m";
        }

        return any ? properties : null;
    }

    private void Set(MqttProperties properties, MqttPropertyId id, MqttPacketType type)
    {
        if (id == MqttPropertyId.UserProperty)
        {
            properties.UserProperties = [.. Many(() => new MqttUserProperty(Text(), Text()))];
            return;
        }

        if (id == MqttPropertyId.SubscriptionIdentifier)
        {
            properties.SubscriptionIdentifiers = type == MqttPacketType.Subscribe ? [Identifier()] : [.. Many(Identifier)];
            return;
        }

        var property = typeof(MqttProperties).GetProperty(id.ToString())!;
        var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(
            properties,
            kind == typeof(bool) ? Coin()
            : kind == typeof(byte) ? (byte)_random.Next(2)
            : kind == typeof(ushort) ? Id()
            : kind == typeof(uint) ? (uint)_random.NextInt64(1, uint.MaxValue)
            : kind == typeof(string) ? (object)("p" + Text())
            : Bytes());
    }

    private uint Identifier() => (uint)_random.Next(1, 268_435_456);

    private MqttReasonCode Reason(MqttPacketType type, bool five)
    {
        while (true)
        {
            var code = (byte)_random.Next(256);
            if (ReasonRules.IsAllowed(type, code) && (five || code <= 2 || code == 0x80)
                && (five || type != MqttPacketType.ConnAck || code == 0))
            {
                return (MqttReasonCode)code;
            }
        }
    }

    private IEnumerable<T> Many<T>(Func<T> make) => Enumerable.Range(0, _random.Next(1, 5)).Select(_ => make());

    private MqttQualityOfService QoS() => (MqttQualityOfService)_random.Next(3);

    private ushort Id() => (ushort)_random.Next(1, 65_536);

    private bool Coin() => _random.Next(2) == 0;

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(4) == 0 ? _random.Next(40_000) : _random.Next(20)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (var left = _random.Next(12); left > 0; left--)
        {
            var rune = new Rune(_random.Next(4) == 0 ? _random.Next(0x10000, 0x10FFFF) : _random.Next(1, 0xD800));
            text.Append(rune.ToString() is "+" or "#" or "/" ? "x" : rune.ToString());
        }

        return text.ToString();
    }
}
