namespace OrleansCompute.Mqtt.Broker;

/// <summary>The live counters behind <see cref="MqttBrokerStatistics"/>; changed with Interlocked only.</summary>
internal sealed class BrokerCounters
{
    public long Received;
    public long Sent;
    public long Dropped;
    public long RequestsRefused;
    public long RetainsRefused;
    public long ConnectionsRefused;
    public long ProtocolErrors;
}
