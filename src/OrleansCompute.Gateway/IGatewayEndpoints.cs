using System.Net;

namespace OrleansCompute.Gateway;

/// <summary>Where the gateway listens. Thread-safe.</summary>
public interface IGatewayEndpoints
{
    /// <summary>
    /// Address and port of the broker, with the port that was taken where 0 was asked; null before the start and after the stop.
    /// </summary>
    IPEndPoint? MqttEndpoint { get; }
}
