using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Grains.Security;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tenants;

/// <inheritdoc cref="ITenantGrain"/>
internal sealed class TenantGrain(
    [PersistentState("tenant")] IPersistentState<TenantState> storage, IOptions<NodeOptions> node) : Grain, ITenantGrain
{
    // Enough for the largest fleet the design names, and a bound on what one tenant can make the fabric hold.
    private const int MaxNamesPerKind = 100_000;
    private const int MaxAcceleratorsLimit = 1024;
    private const int MaxKinds = 64;

    private TenantState State => storage.State;

    private string Name => this.GetPrimaryKeyString();

    public async Task<TenantSpec> Configure(TenantSpec spec)
    {
        FabricNames.Require("tenant", Name);
        if (!string.Equals(spec.Name, Name, StringComparison.Ordinal))
        {
            throw new FabricRefusedException($"The tenant's name is '{spec.Name}'; this is tenant '{Name}'.");
        }

        if (spec.MaxAccelerators is < 1 or > MaxAcceleratorsLimit)
        {
            throw new FabricRefusedException($"maxAccelerators is {spec.MaxAccelerators}; allowed: 1 to {MaxAcceleratorsLimit}.");
        }

        if (spec.Plan.PerAcceleratorHour is < 0 or > 1_000_000)
        {
            throw new FabricRefusedException($"plan.perAcceleratorHour is {spec.Plan.PerAcceleratorHour}; allowed: 0 to 1000000.");
        }

        if (spec.Plan.Currency is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterUpper))
        {
            throw new FabricRefusedException($"plan.currency is '{spec.Plan.Currency}'; allowed: an ISO 4217 code such as EUR.");
        }

        await RequireCapacityAsync(spec, await RequireTreeAsync(spec));
        spec = spec with { AheadOfCapacity = false };
        State.Spec = spec;
        await storage.WriteStateAsync();
        await GrainFactory.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).Add(Name);
        return spec;
    }

    public Task<TenantSpec> Get() => Task.FromResult(Require());

    public async Task<string> IssueApiKey()
    {
        Require();
        var key = $"oc_{Name}_{Secrets.Create()}";
        State.ApiKeyHash = Secrets.Hash(key);
        await storage.WriteStateAsync();
        return key;
    }

    public Task<bool> VerifyApiKey(string apiKey) =>
        Task.FromResult(State.ApiKeyHash is { } hash && Secrets.Verify(apiKey, hash));

    public async Task Register(TenantResource kind, string name)
    {
        Require();
        FabricNames.Require(kind.ToString(), name);
        if (!State.Resources.TryGetValue(kind, out var names))
        {
            State.Resources[kind] = names = new HashSet<string>(StringComparer.Ordinal);
        }

        if (names.Contains(name))
        {
            return;
        }

        if (names.Count >= MaxNamesPerKind)
        {
            throw new FabricRefusedException($"Tenant {Name} owns {names.Count} of kind {kind}; allowed: {MaxNamesPerKind}.");
        }

        names.Add(name);
        await storage.WriteStateAsync();
    }

    public Task<ImmutableArray<string>> List(TenantResource kind) =>
        Task.FromResult<ImmutableArray<string>>(
            State.Resources.TryGetValue(kind, out var names) ? [.. names.Order(StringComparer.Ordinal)] : []);

    /// <summary>With all other tenants it must make a tree, whose guarantees add up.</summary>
    /// <returns>The others; none where nothing is promised, and none could contradict it.</returns>
    private async Task<TenantSpec[]> RequireTreeAsync(TenantSpec spec)
    {
        foreach (var (field, limits) in new[] { ("quota", spec.Quota), ("guaranteed", spec.Guaranteed) })
        {
            if (limits.Count > MaxKinds)
            {
                throw new FabricRefusedException($"{field} names {limits.Count} kinds; allowed: 0 to {MaxKinds}.");
            }

            if (limits.FirstOrDefault(limit => limit.Value is < 0 or > MaxAcceleratorsLimit || limit.Key is not { Length: > 0 and <= 64 }) is { Key: not null } bad)
            {
                throw new FabricRefusedException($"{field}.{bad.Key} is {bad.Value}; allowed: 0 to {MaxAcceleratorsLimit}, of kinds of 1 to 64 characters.");
            }
        }

        if (spec.Weight is not (> 0 and <= 1_000_000))
        {
            throw new FabricRefusedException($"weight is {spec.Weight}; allowed: above 0 to 1000000.");
        }

        foreach (var (field, limit) in new[] { ("borrowingLimit", spec.BorrowingLimit), ("lendingLimit", spec.LendingLimit) })
        {
            if (limit is < 0 or > MaxAcceleratorsLimit)
            {
                throw new FabricRefusedException($"{field} is {limit}; allowed: 0 to {MaxAcceleratorsLimit}.");
            }
        }

        if (spec.Parent.Length == 0 && spec.Guaranteed.IsEmpty && State.Spec is null)
        {
            // New at the top, with nothing promised: nothing can contradict it.
            return [];
        }

        var others = await OthersAsync();
        if (TenantTree.Problems([.. others.Append(spec).Select(TenantMapper.ToQuota)]) is { Count: > 0 } problems)
        {
            throw new FabricRefusedException(string.Join(' ', problems));
        }

        return others;
    }

    /// <summary>Limits above what the pool has are refused, as far as they are new.</summary>
    private async Task RequireCapacityAsync(TenantSpec spec, TenantSpec[] others)
    {
        if (!CapacityCheck.IsDue(spec, State.Spec))
        {
            return;
        }

        var pool = GrainFactory.GetGrain<IPoolGrain>(node.Value.Pool);
        var capacity = await pool.GetCapacity();
        var present = spec.Guaranteed.IsEmpty ? capacity : await pool.GetPresentCapacity();
        if (new CapacityCheck(node.Value.Pool, capacity, present).Problems(spec, State.Spec, others) is { Count: > 0 } problems)
        {
            throw new FabricRefusedException(string.Join(' ', problems));
        }
    }

    private async Task<TenantSpec[]> OthersAsync()
    {
        var names = await GrainFactory.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).List();
        return await Task.WhenAll(names.Where(name => name != Name).Select(name => GrainFactory.GetGrain<ITenantGrain>(name).Get()));
    }

    private TenantSpec Require() => State.Spec ?? throw new FabricNotFoundException(
        $"There is no tenant '{Name}'; create it with `oc tenant create {Name}`, or with POST /api/v1/tenants.");
}
