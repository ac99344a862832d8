using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Dashboard.Tests.Stage.Grains;

/// <summary>Owns the stage's jobs, and a device whose grain nobody implements.</summary>
internal sealed class StageTenantGrain(FabricStage stage) : Grain, ITenantGrain
{
    public Task<ImmutableArray<string>> List(TenantResource kind) => Task.FromResult<ImmutableArray<string>>(kind switch
    {
        TenantResource.Job => [.. stage.Jobs.Keys.Select(key => key["acme/".Length..]).Order(StringComparer.Ordinal)],
        TenantResource.Device => ["edge-1"],
        _ => [],
    });

    public Task<TenantSpec> Configure(TenantSpec spec) => throw new NotSupportedException();

    public Task<TenantSpec> Get() => throw new NotSupportedException();

    public Task<string> IssueApiKey() => throw new NotSupportedException();

    public Task<bool> VerifyApiKey(string apiKey) => throw new NotSupportedException();

    public Task Register(TenantResource kind, string name) => throw new NotSupportedException();
}
