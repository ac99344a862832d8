using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Devices;

/// <summary>`oc device`.</summary>
internal static class DeviceCommands
{
    public static Command Create(CommandContext context) => new("device", "Devices.")
    {
        new DeviceAddCommand(context).Command,
        new DeviceListCommand(context).Command,
        new DeviceShowCommand(context).Command,
    };
}
