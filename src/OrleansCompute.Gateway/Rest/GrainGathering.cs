using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Gathers what a tenant owns: names from the tenant's grain, then one call per item with bounded concurrency.</summary>
internal static class GrainGathering
{
    /// <summary>The items in the order of their names. An item that was registered but never came to be is left out.</summary>
    /// <exception cref="FabricNotFoundException">There is no such tenant.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        IGrainFactory grains, string tenant, TenantResource kind,
        int concurrency, Func<string, Task<T>> get, CancellationToken cancellationToken)
        where T : class
    {
        var owner = grains.GetGrain<ITenantGrain>(tenant);
        await owner.Get();
        return await ListAsync(await owner.List(kind), concurrency, get, cancellationToken);
    }

    /// <summary>The items of the names, in their order; those that are not there are left out.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        IReadOnlyList<string> names, int concurrency, Func<string, Task<T>> get, CancellationToken cancellationToken)
        where T : class
    {
        var items = new T?[names.Count];
        await Parallel.ForAsync(
            0,
            names.Count,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (i, _) =>
            {
                try
                {
                    items[i] = await get(names[i]);
                }
                catch (FabricNotFoundException)
                {
                    items[i] = null;
                }
            });
        return [.. items.OfType<T>()];
    }
}
