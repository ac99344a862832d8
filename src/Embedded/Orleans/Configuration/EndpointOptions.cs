using System.Net;

namespace Orleans.Configuration;

/// <summary>The silo's end points. The embedded engine opens no sockets: they serve as its address.</summary>
public class EndpointOptions
{
    /// <summary>The default silo port.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The default gateway port.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others use; default the loopback address.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The silo's port, 1 to 65535; default 11111.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>The gateway's port, 0 to 65535 where 0 means no gateway; default 30000.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}
