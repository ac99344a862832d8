namespace OrleansCompute.Contracts.Server;

/// <summary>The server's own state.</summary>
/// <param name="Version">Version of the server.</param>
/// <param name="MqttEndpoint">Address and port of the broker; null where it does not listen.</param>
/// <param name="Gateway">Counters since the start.</param>
public sealed record ServerStatus(string Version, string? MqttEndpoint, GatewayCounters Gateway);
