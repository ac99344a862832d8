namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Remembers who used a client id first, so that no other device can take over the session behind it: it may hold queued messages
/// and subscriptions. Kept as long as the broker runs, as sessions are. Thread-safe.
/// </summary>
internal sealed class ClientIdOwners(int maxIds = 1_000_000, int maxIdsPerOwner = 1_000)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Takes the id for the owner. Null where it is the owner's now, else a sentence that reveals nothing of the other.</summary>
    public string? Claim(string clientId, string owner)
    {
        lock (gate)
        {
            if (owners.TryGetValue(clientId, out var present))
            {
                return present == owner ? null : $"The client id '{clientId}' is in use; choose another one.";
            }

            var count = counts.GetValueOrDefault(owner);
            if (count >= maxIdsPerOwner || owners.Count >= maxIds)
            {
                return $"'{owner}' has used {count} client ids and all clients together {owners.Count}; "
                    + $"allowed: {maxIdsPerOwner} and {maxIds}. Use one client id again.";
            }

            owners.Add(clientId, owner);
            counts[owner] = count + 1;
            return null;
        }
    }
}
