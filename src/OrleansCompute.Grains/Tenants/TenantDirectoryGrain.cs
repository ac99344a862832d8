using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Tenants;

/// <inheritdoc cref="ITenantDirectoryGrain"/>
internal sealed class TenantDirectoryGrain([PersistentState("tenant-directory")] IPersistentState<TenantDirectoryState> storage)
    : Grain, ITenantDirectoryGrain
{
    public async Task Add(string tenant)
    {
        if (storage.State.Tenants.Add(tenant))
        {
            await storage.WriteStateAsync();
        }
    }

    public Task<ImmutableArray<string>> List() =>
        Task.FromResult<ImmutableArray<string>>([.. storage.State.Tenants.Order(StringComparer.Ordinal)]);
}
