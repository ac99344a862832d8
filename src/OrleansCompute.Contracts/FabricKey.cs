namespace OrleansCompute.Contracts;

/// <summary>Keys of grains that belong to a tenant: <c>tenant/name</c>.</summary>
public static class FabricKey
{
    /// <summary>The key of something that a tenant owns.</summary>
    public static string Of(string tenant, string name) => $"{tenant}/{name}";

    /// <summary>Splits a key at its first slash.</summary>
    /// <exception cref="FormatException">The key has no slash.</exception>
    public static (string Tenant, string Name) Split(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? (key[..slash], key[(slash + 1)..])
            : throw new FormatException($"The grain key is '{key}'; allowed is 'tenant/name'.");
    }
}
