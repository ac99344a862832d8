using System.Collections.Immutable;

namespace OrleansCompute.Dashboard.Data;

/// <summary>All things of a kind, over all tenants, as far as a page can list them. Immutable.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Listing<T>
    where T : class
{
    private readonly Dictionary<(string Tenant, string Name), Probe<T>> _byName;

    /// <summary>Keeps the items in their order.</summary>
    /// <param name="items">What was read, by tenant and name.</param>
    /// <param name="total">How many there are.</param>
    public Listing(ImmutableArray<Probe<T>> items, int total)
    {
        Items = items;
        Total = total;
        _byName = new Dictionary<(string, string), Probe<T>>(items.Length);
        foreach (var item in items)
        {
            _byName.TryAdd((item.Tenant, item.Name), item);
        }
    }

    /// <summary>Nothing of the kind.</summary>
    internal static Listing<T> Empty { get; } = new([], 0);

    /// <summary>What was read, by tenant and name.</summary>
    public ImmutableArray<Probe<T>> Items { get; }

    /// <summary>How many there are, listed or not.</summary>
    public int Total { get; }

    /// <summary>How many there are that were not read.</summary>
    public int Omitted => Total - Items.Length;

    /// <summary>The answers, without those of grains that failed.</summary>
    public IEnumerable<T> Values => Items.Where(item => item.Value is not null).Select(item => item.Value!);

    /// <summary>The item of that name, or null where it was not read.</summary>
    public Probe<T>? Find(string tenant, string name) => _byName.GetValueOrDefault((tenant, name));
}
