namespace OrleansCompute.Gateway.Rest;

/// <summary>The server's own state.</summary>
/// <param name="Version">Version of the server.</param>
/// <param name="MqttEndpoint">Address and port of the broker; null where it does not listen.</param>
/// <param name="Gateway">Counters since the start.</param>
internal sealed record GatewayStatus(string Version, string? MqttEndpoint, GatewayStatisticsSnapshot Gateway);
