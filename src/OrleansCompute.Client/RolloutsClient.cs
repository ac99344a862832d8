using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Client;

/// <summary>Roll-outs of a tenant. Thread-safe.</summary>
public sealed class RolloutsClient
{
    private readonly FabricHttp api;

    internal RolloutsClient(FabricHttp api) => this.api = api;

    /// <summary>Begins a roll-out.</summary>
    public Task<RolloutStatus> StartAsync(RolloutSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return api.PostAsync<RolloutStatus>(FabricHttp.Path("tenants", spec.Tenant, "rollouts"), spec, cancellationToken);
    }

    /// <summary>All roll-outs, by name.</summary>
    public Task<IReadOnlyList<RolloutStatus>> ListAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<RolloutStatus>>(FabricHttp.Path("tenants", tenant, "rollouts"), cancellationToken);

    /// <summary>A roll-out.</summary>
    public Task<RolloutStatus> GetAsync(string tenant, string rollout, CancellationToken cancellationToken = default) =>
        api.GetAsync<RolloutStatus>(FabricHttp.Path("tenants", tenant, "rollouts", rollout), cancellationToken);
}
