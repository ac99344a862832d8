using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Cli.Commands;

/// <summary>What a user says of a node's machine: cores=8,memory=16GB,rack=r1,price=0.25,watts=90,spot.</summary>
internal static class HostText
{
    public const string Form = "cores=N,memory=SIZE,rack=NAME,price=SUM,watts=N,spot";

    /// <exception cref="CommandException">A key is not known, or a value is out of its range.</exception>
    public static HostOptions Read(string option, string text)
    {
        var values = new KeyValues(option, text, "cores", "memory", "rack", "price", "watts", "spot");
        var host = new HostOptions
        {
            CpuCores = values.Number("cores"),
            MemoryBytes = values.Bytes("memory", 1L << 20, 1L << 50),
            Rack = values.Text("rack") ?? "",
            PricePerAcceleratorHour = values.Money("price"),
            WattsPerAccelerator = values.Number("watts") ?? 0,
            IsReclaimable = values.Has("spot"),
        };
        return host.Problems($"{option}: ") is { Count: > 0 } problems ? throw new CommandException(string.Join(' ', problems)) : host;
    }
}
