using System.Globalization;

namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
public sealed class InProcessTestSiloSpecificOptions
{
    /// <summary>Its port.</summary>
    public int SiloPort { get; set; }

    /// <summary>Its gateway's port; 0 for none.</summary>
    public int GatewayPort { get; set; }

    /// <summary>Its name: <c>Silo_0</c>, <c>Silo_1</c> and so on.</summary>
    public string SiloName { get; set; } = string.Empty;

    /// <summary>Names a silo and gives it ports.</summary>
    public static InProcessTestSiloSpecificOptions Create(
        InProcessTestCluster testCluster, InProcessTestClusterOptions testClusterOptions, int instanceNumber, bool assignNewPort = false)
    {
        ArgumentNullException.ThrowIfNull(testCluster);
        ArgumentNullException.ThrowIfNull(testClusterOptions);
        var (siloPort, gatewayPort) = testCluster.PortAllocator.AllocateConsecutivePortPairs(1);
        return new InProcessTestSiloSpecificOptions
        {
            SiloName = string.Create(CultureInfo.InvariantCulture, $"Silo_{instanceNumber}"),
            SiloPort = siloPort,
            GatewayPort = instanceNumber == 0 || testClusterOptions.GatewayPerSilo ? gatewayPort : 0,
        };
    }
}
