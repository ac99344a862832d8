namespace Orleans.TestingHost;

/// <summary>Counts up: the embedded engine opens no sockets, so ports clash within one cluster only. Thread-safe.</summary>
public class TestClusterPortAllocator : ITestClusterPortAllocator
{
    private int _next;

    /// <inheritdoc/>
    public (int SiloPort, int GatewayPort) AllocateConsecutivePortPairs(int numPorts)
    {
        var last = Interlocked.Add(ref _next, numPorts);
        return (11_111 + last - numPorts, 30_000 + last - numPorts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
