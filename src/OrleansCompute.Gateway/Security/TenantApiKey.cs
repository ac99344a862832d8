using OrleansCompute.Contracts;

namespace OrleansCompute.Gateway.Security;

/// <summary>The form of tenants' API keys: <c>oc_{tenant}_{secret}</c>. Pure.</summary>
internal static class TenantApiKey
{
    private const string Prefix = "oc_";
    private const int MaxLength = 256;

    // Both tenants and secrets may hold underscores, so a key can be read in several ways; a real one is found among the last few.
    private const int MaxCandidates = 4;

    /// <summary>The tenants whose key this could be, most likely first; at most four, none where it has not the form.</summary>
    /// <param name="key">The key as it came.</param>
    /// <param name="routeTenant">Tenant that the request is about; null for none.</param>
    public static IReadOnlyList<string> Candidates(string key, string? routeTenant)
    {
        if (key.Length > MaxLength || !key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return [];
        }

        var candidates = new List<string>(MaxCandidates);
        if (routeTenant is not null && key.StartsWith($"{Prefix}{routeTenant}_", StringComparison.Ordinal))
        {
            candidates.Add(routeTenant);
        }

        for (var end = key.LastIndexOf('_'); end > Prefix.Length && candidates.Count < MaxCandidates; end = key.LastIndexOf('_', end - 1))
        {
            var tenant = key[Prefix.Length..end];
            if (end < key.Length - 1 && FabricNames.Explain("tenant", tenant) is null && !candidates.Contains(tenant))
            {
                candidates.Add(tenant);
            }
        }

        return candidates;
    }
}
