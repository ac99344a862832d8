using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Client;

/// <summary>Pools, for operators. Thread-safe.</summary>
public sealed class PoolsClient
{
    private readonly FabricHttp api;

    internal PoolsClient(FabricHttp api) => this.api = api;

    /// <summary>A pool: nodes, queue with the reason each job waits, leases.</summary>
    public Task<PoolSnapshot> GetAsync(string pool = "default", CancellationToken cancellationToken = default) =>
        api.GetAsync<PoolSnapshot>(FabricHttp.Path("pools", pool), cancellationToken);

    /// <summary>What the policy would decide if things were different; changes nothing.</summary>
    public Task<WhatIfReport> WhatIfAsync(WhatIfQuestion question, string pool = "default", CancellationToken cancellationToken = default) =>
        api.PostAsync<WhatIfReport>(FabricHttp.Path("pools", pool, "what-if"), question, cancellationToken);
}
