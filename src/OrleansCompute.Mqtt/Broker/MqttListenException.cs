using System.Net;
using System.Net.Sockets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>The broker cannot listen where it should.</summary>
public sealed class MqttListenException : IOException
{
    /// <summary>Says which address and port, why, and what to change.</summary>
    public MqttListenException(IPAddress address, int port, string portOptionName, SocketException inner)
        : base(Describe(address, port, portOptionName, inner), inner) => (Address, Port) = (address, port);

    /// <summary>The address that was asked for.</summary>
    public IPAddress Address { get; }

    /// <summary>The port that was asked for, 0 to 65,535.</summary>
    public int Port { get; }

    private static string Describe(IPAddress address, int port, string option, SocketException inner) => inner.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Cannot listen for MQTT on {address}, port {port}: another program uses it. "
            + $"Give another port with {option} (0 to 65535; 0 takes a free one).",
        SocketError.AccessDenied =>
            $"Cannot listen for MQTT on {address}, port {port}: not permitted. Give a port from 1024 to 65535 with {option}.",
        SocketError.AddressNotAvailable =>
            $"Cannot listen for MQTT on {address}, port {port}: this machine does not have that address.",
        _ => $"Cannot listen for MQTT on {address}, port {port}: {inner.Message}. Give another port with {option}.",
    };
}
