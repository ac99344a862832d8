namespace OrleansCompute.Gateway.Rest;

/// <summary>A new API key, shown once.</summary>
internal sealed record IssuedApiKey(string Tenant, string ApiKey);
