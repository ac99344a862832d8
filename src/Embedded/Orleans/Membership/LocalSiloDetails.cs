namespace Orleans.Embedded;

internal sealed class LocalSiloDetails(SiloRuntime silo) : ILocalSiloDetails
{
    public string Name => silo.Name;

    public string ClusterId => silo.Cluster.ClusterId;

    public string DnsHostName => Environment.MachineName;

    public SiloAddress SiloAddress => silo.Address;

    public SiloAddress GatewayAddress => silo.GatewayAddress;
}
