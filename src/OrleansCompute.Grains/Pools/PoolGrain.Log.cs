using Microsoft.Extensions.Logging;

namespace OrleansCompute.Grains.Pools;

/// <content>Log messages.</content>
internal sealed partial class PoolGrain
{
    [LoggerMessage(5001, LogLevel.Information, "Node {Node} joined pool {Pool} with {Gflops:0.0} GFLOP/s measured")]
    private partial void LogJoined(string node, string pool, double gflops);

    [LoggerMessage(5002, LogLevel.Warning, "Node {Node} left pool {Pool}: {Reason}")]
    private partial void LogLeft(string node, string pool, string reason);

    [LoggerMessage(5003, LogLevel.Information, "Job {Tenant}/{Job} gets {Count} accelerators")]
    private partial void LogPlaced(string tenant, string job, int count);

    [LoggerMessage(5004, LogLevel.Warning, "Lease {Lease} could not be handed to node {Node}")]
    private partial void LogGrantFailed(Exception exception, long lease, string node);

    [LoggerMessage(5005, LogLevel.Warning, "Lease {Lease} could not be released on node {Node}; its last interval is not metered")]
    private partial void LogReleaseFailed(Exception exception, long lease, string node);

    [LoggerMessage(5006, LogLevel.Warning, "Node {Node} does not answer")]
    private partial void LogNoAnswer(Exception exception, string node);

    [LoggerMessage(3007, LogLevel.Warning, "Job {Tenant}/{Job} could not be told about its leases")]
    private partial void LogJobNotTold(Exception exception, string tenant, string job);

    [LoggerMessage(3008, LogLevel.Warning, "A scheduling round of pool {Pool} failed; it is tried again")]
    private partial void LogRoundFailed(Exception exception, string pool);

    [LoggerMessage(5007, LogLevel.Information, "Job {Tenant}/{Job} is asked to give {Count} accelerators back: {Reason}")]
    private partial void LogAskedBack(string tenant, string job, int count, string reason);

    [LoggerMessage(5008, LogLevel.Warning, "{Count} leases of job {Tenant}/{Job} are taken: {Reason}")]
    private partial void LogExpired(string tenant, string job, int count, string reason);

    [LoggerMessage(5010, LogLevel.Warning, "What jobs of tenant {Tenant} used while pool {Pool} was away could not be read from the ledger")]
    private partial void LogNotRecounted(Exception exception, string pool, string tenant);

    [LoggerMessage(5011, LogLevel.Information, "Node {Node} was removed from pool {Pool}; {Leases} leases are void")]
    private partial void LogRemoved(string node, string pool, int leases);

    [LoggerMessage(5009, LogLevel.Error, "The tenants of pool {Pool} contradict each other; guarantees are left out until they do not: {Problem}")]
    private partial void LogTenants(string pool, string problem);

    [LoggerMessage(5013, LogLevel.Warning, "No batch could be chosen for job {Tenant}/{Job}; it goes on as it was advised last")]
    private partial void LogNotFitted(Exception exception, string tenant, string job);
}
