namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Which MQTT client ids a device may use. Client ids are one namespace for all tenants, and a client with the id of another takes
/// over its session. Pure.
/// </summary>
internal static class ClientIdRule
{
    private const int MaxLength = 256;

    /// <summary>
    /// Null where the id is allowed, else a sentence. An id with a dot reads as <c>tenant.device</c> and must be the device's own,
    /// alone or followed by a slash and anything; so no one can take the ids that agents use. Ids without a dot belong to the first
    /// device that uses them: see <see cref="ClientIdOwners"/>.
    /// </summary>
    public static string? Explain(string clientId, string tenant, string device)
    {
        var own = $"{tenant}.{device}";
        if (clientId.Length > MaxLength)
        {
            return $"The client id has {clientId.Length} characters; allowed: up to {MaxLength}. Use '{own}'.";
        }

        return !clientId.Contains('.', StringComparison.Ordinal)
            || clientId == own
            || clientId.StartsWith(own + "/", StringComparison.Ordinal)
                ? null
                : $"The client id '{clientId}' reads as that of another device; allowed: '{own}', '{own}/anything', or an id without dots.";
    }
}
