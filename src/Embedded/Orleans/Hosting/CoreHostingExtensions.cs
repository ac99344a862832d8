using System.Net;

namespace Orleans.Hosting;

/// <summary>Clustering on one machine.</summary>
public static class CoreHostingExtensions
{
    /// <summary>
    /// Joins the embedded cluster of these ids in this process. The ports open no sockets: they are the silo's address.
    /// </summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev")
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        if (!string.IsNullOrWhiteSpace(serviceId) || !string.IsNullOrWhiteSpace(clusterId))
        {
            builder.Configure<ClusterOptions>(options =>
            {
                options.ServiceId = serviceId;
                options.ClusterId = clusterId;
            });
        }

        return builder.UseDevelopmentClustering(primarySiloEndpoint);
    }

    /// <summary>Every silo of the process with the same cluster id is a member, so the primary silo's end point is not read.</summary>
    public static ISiloBuilder UseDevelopmentClustering(this ISiloBuilder builder, IPEndPoint? primarySiloEndpoint)
    {
        _ = primarySiloEndpoint;
        return builder;
    }
}
