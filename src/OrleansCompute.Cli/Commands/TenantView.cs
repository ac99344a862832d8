using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Commands;

/// <summary>Tenants in words.</summary>
internal static class TenantView
{
    public const string Nothing = "–";

    public static string Parent(TenantSpec spec) => spec.Parent.Length > 0 ? spec.Parent : Nothing;

    public static string Weight(TenantSpec spec) => spec.Weight.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Count(int? limit) => limit is { } count ? Tables.Number(count) : Nothing;

    /// <summary>Limits by kind, as <c>2 × cpu-avx512, 1 × gpu</c>.</summary>
    public static string Limits(ImmutableDictionary<string, int> limits) => limits.IsEmpty ? Nothing
        : string.Join(", ", limits.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit => $"{limit.Value} × {limit.Key}"));

    /// <summary>The same for the end of a sentence; empty where there are none.</summary>
    public static string Limits(string name, ImmutableDictionary<string, int> limits) => limits.IsEmpty ? "" : $", {name} {Limits(limits)}";

    /// <summary>What it holds at present, parts of accelerators as parts; by kind where one is given.</summary>
    public static double Held(PoolSnapshot pool, string tenant, string? kind = null) =>
        pool.Leases.Where(lease => lease.Tenant == tenant && (kind is null || lease.Kind == kind)).Sum(lease => lease.ComputeShareFraction);

    /// <summary>Tells of limits above what the pool has.</summary>
    public static async Task NotesAsync(CommandContext context, FabricClient client, TenantSpec spec, string pool, CancellationToken cancellationToken)
    {
        if ((spec.Quota.Count > 0 || spec.Guaranteed.Count > 0) && await PoolAsync(client, pool, cancellationToken) is { } known)
        {
            Notes(context, spec, known);
        }
    }

    public static void Notes(CommandContext context, TenantSpec spec, PoolSnapshot pool)
    {
        foreach (var note in CapacityNotes.OfTenant(spec, pool))
        {
            context.Line($"note: {note}");
        }
    }

    /// <summary>The pool; null for one who is no operator.</summary>
    public static async Task<PoolSnapshot?> PoolAsync(FabricClient client, string pool, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Pools.GetAsync(pool, cancellationToken);
        }
        catch (FabricApiException exception) when (exception.Status is HttpStatusCode.Forbidden)
        {
            return null;
        }
    }
}
