using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Devices;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Devices;

/// <summary>`oc device list`.</summary>
internal sealed class DeviceListCommand : ClientCommand
{
    private readonly TenantOption _tenant = new();

    public DeviceListCommand(CommandContext context)
        : base(context, "list", "List devices.") => _tenant.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var devices = new List<DeviceStatus>();
        foreach (var tenant in await _tenant.ResolveAllAsync(arguments, client, cancellationToken))
        {
            devices.AddRange(await client.Devices.ListAsync(tenant, cancellationToken));
        }

        var table = Tables.Create("TENANT", "DEVICE", "STATE", ">READINGS", ">INFERENCES", "MODEL", ">ALARMS", "LAST SEEN (UTC)");
        foreach (var device in devices)
        {
            table.Row(
                device.Tenant,
                device.Device,
                device.Connection is null ? "offline" : "online",
                Tables.Number(device.Readings),
                Tables.Number(device.Inferences),
                device.Report is { ModelName: { } model } report ? $"{model} v{report.ModelVersion}" : "–",
                $"{device.AlarmsActive} of {device.AlarmsRaised}",
                Tables.Time(device.LastSeenAt));
        }

        Context.Output.Write(devices.Count == 0 ? new Text("No devices. Create one with `oc device add NAME`.\n") : table);
        await WriteJsonAsync(arguments, devices, cancellationToken);
        return ExitCodes.Success;
    }
}
