namespace Orleans.TestingHost;

/// <summary>Hands out ports to test silos.</summary>
public interface ITestClusterPortAllocator : IDisposable
{
    /// <summary>The first ports of runs of silo and gateway ports.</summary>
    (int SiloPort, int GatewayPort) AllocateConsecutivePortPairs(int numPorts);
}
