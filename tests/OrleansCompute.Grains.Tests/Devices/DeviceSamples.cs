using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Grains.Tests.Devices;

internal static class DeviceSamples
{
    private static readonly DateTimeOffset Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(long sequence) => Start.AddSeconds(sequence);

    public static Reading Reading(long sequence, double temperature) => new()
    {
        Sequence = sequence,
        MeasuredAt = At(sequence),
        Values = [new NamedValue { Name = "temperature", Value = temperature }],
    };

    public static DeviceConnection Connection(string id) => new()
    {
        ConnectionId = id,
        RemoteEndpoint = "127.0.0.1:1",
        Protocol = "MQTT 5.0",
        Since = Start,
    };

    public static DesiredModel Desired(long issue) => new()
    {
        Name = "m",
        Version = 1,
        Issue = issue,
        Sha256 = new string('0', 64),
        SizeBytes = 3,
    };
}
