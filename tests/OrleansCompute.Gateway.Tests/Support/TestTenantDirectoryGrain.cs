using System.Collections.Immutable;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestTenantDirectoryGrain : ITenantDirectoryGrain
{
    private ImmutableSortedSet<string> tenants = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public Task Add(string tenant)
    {
        ImmutableInterlocked.Update(ref tenants, set => set.Add(tenant));
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<string>> List() => Task.FromResult<ImmutableArray<string>>([.. tenants]);
}
