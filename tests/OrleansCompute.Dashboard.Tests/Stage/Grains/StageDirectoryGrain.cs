using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Dashboard.Tests.Stage.Grains;

internal sealed class StageDirectoryGrain : Grain, ITenantDirectoryGrain
{
    public Task Add(string tenant) => throw new NotSupportedException();

    public Task<ImmutableArray<string>> List() => Task.FromResult(ImmutableArray.Create("acme"));
}
