using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>What an in-process test cluster is made of.</summary>
public sealed class InProcessTestClusterOptions
{
    /// <summary>The cluster id; unique by default.</summary>
    public string ClusterId { get; set; } = InProcessTestClusterBuilder.CreateClusterId();

    /// <summary>The service id; unique by default.</summary>
    public string ServiceId { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>How many silos start with the cluster; default 1.</summary>
    public short InitialSilosCount { get; set; } = 1;

    /// <summary>Whether the client starts with the cluster; default true.</summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>Whether each silo has a gateway; default true.</summary>
    public bool GatewayPerSilo { get; set; } = true;

    /// <summary>What configures the hosts of silos.</summary>
    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates { get; } = [];

    /// <summary>What configures the host of the client.</summary>
    public List<Action<IHostApplicationBuilder>> ClientHostConfigurationDelegates { get; } = [];
}
