using System.Net;
using System.Net.Sockets;

namespace Orleans.Hosting;

/// <summary>Sets a silo's end points.</summary>
public static class EndpointOptionsExtensions
{
    /// <summary>Sets address and ports; the embedded engine opens no sockets on them.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false) =>
        builder.Configure<EndpointOptions>(options =>
        {
            _ = listenOnAnyHostAddress;
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });

    /// <summary>Sets the ports; the embedded engine opens no sockets on them.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        int siloPort,
        int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) =>
        builder.ConfigureEndpoints(
            addressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, siloPort, gatewayPort, listenOnAnyHostAddress);
}
