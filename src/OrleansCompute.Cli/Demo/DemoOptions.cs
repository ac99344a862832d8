namespace OrleansCompute.Cli.Demo;

/// <summary>What the user chose for the demo.</summary>
/// <param name="DataFolder">Data folder of the server.</param>
/// <param name="HttpPort">Port of REST API and dashboard; 0 for a free one.</param>
/// <param name="MqttPort">Port of the broker; 0 for a free one.</param>
/// <param name="Keep">Whether everything stays up at the end, for a look.</param>
internal sealed record DemoOptions(string DataFolder, int HttpPort, int MqttPort, bool Keep);
