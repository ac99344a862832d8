using System.Net;
using Orleans.Hosting;

namespace OrleansCompute.Silo.Hosting;

/// <summary>Who the silos of one server are to each other.</summary>
/// <param name="ClusterId">Unique to this run of the server.</param>
/// <param name="PrimaryPort">Silo port of the first silo.</param>
internal sealed record ClusterPlan(string ClusterId, int PrimaryPort)
{
    private const string ServiceId = "orleanscompute";

    /// <summary>Makes a silo a member.</summary>
    public void Join(ISiloBuilder silo, int siloPort, int gatewayPort) => silo.UseLocalhostClustering(
        siloPort,
        gatewayPort,
        siloPort == PrimaryPort ? null : new IPEndPoint(IPAddress.Loopback, PrimaryPort),
        ServiceId,
        ClusterId);
}
