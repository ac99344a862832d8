namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Which MQTT client ids a device may use. Client ids are one namespace for all tenants, and a client with the id of another takes
/// over its session. Pure.
/// </summary>
internal static class ClientIdRule
{
    private const int MaxLength = 256;

    /// <summary>
    /// Null where the id is allowed, else a sentence. An id with a slash or a dot reads as that of a device: it must be the device's
    /// own <c>tenant/device</c> (as agents have it; also followed by a slash and anything) or <c>tenant.device</c>, so that no one can
    /// take the ids that agents use. Other ids belong to the first device that uses them: see <see cref="ClientIdOwners"/>.
    /// </summary>
    public static string? Explain(string clientId, string tenant, string device)
    {
        var own = $"{tenant}/{device}";
        if (clientId.Length > MaxLength)
        {
            return $"The client id has {clientId.Length} characters; allowed: up to {MaxLength}. Use '{own}'.";
        }

        return clientId.AsSpan().IndexOfAny('.', '/') < 0
            || clientId == own
            || clientId == $"{tenant}.{device}"
            || clientId.StartsWith(own + "/", StringComparison.Ordinal)
                ? null
                : $"The client id '{clientId}' reads as that of another device; "
                    + $"allowed: '{own}', '{own}/anything', '{tenant}.{device}', or an id without dots and slashes.";
    }
}
