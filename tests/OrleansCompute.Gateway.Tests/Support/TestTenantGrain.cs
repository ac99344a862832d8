using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestTenantGrain(TestGrains grains, string tenant) : ITenantGrain
{
    private readonly Lock gate = new();
    private readonly Dictionary<TenantResource, SortedSet<string>> owned = [];
    private TenantSpec? spec;
    private string? apiKey;
    private int issued;

    public async Task<TenantSpec> Configure(TenantSpec spec)
    {
        if (spec.MaxAccelerators is < 1 or > 1024)
        {
            throw new FabricRefusedException($"maxAccelerators is {spec.MaxAccelerators}; allowed: 1 to 1024.");
        }

        this.spec = spec;
        await grains.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).Add(tenant);
        return spec;
    }

    public Task<TenantSpec> Get() => spec is null
        ? throw new FabricNotFoundException($"There is no tenant '{tenant}'; create it first.")
        : Task.FromResult(spec);

    public async Task<string> IssueApiKey()
    {
        await Get();
        return apiKey = $"oc_{tenant}_{++issued}0_secret";
    }

    public async Task<bool> VerifyApiKey(string apiKey)
    {
        await Get();
        return this.apiKey == apiKey;
    }

    public Task Register(TenantResource kind, string name)
    {
        lock (gate)
        {
            if (!owned.TryGetValue(kind, out var names))
            {
                owned[kind] = names = new SortedSet<string>(StringComparer.Ordinal);
            }

            names.Add(name);
            return Task.CompletedTask;
        }
    }

    public Task<ImmutableArray<string>> List(TenantResource kind)
    {
        lock (gate)
        {
            return Task.FromResult<ImmutableArray<string>>(owned.TryGetValue(kind, out var names) ? [.. names] : []);
        }
    }
}
