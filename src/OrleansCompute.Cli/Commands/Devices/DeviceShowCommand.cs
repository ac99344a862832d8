using System.CommandLine;
using System.Globalization;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Devices;

/// <summary>`oc device show DEVICE`.</summary>
internal sealed class DeviceShowCommand : ClientCommand
{
    private readonly Argument<string> _device = new("DEVICE") { Description = "Name of the device." };
    private readonly TenantOption _tenant = new();

    public DeviceShowCommand(CommandContext context)
        : base(context, "show", "Show a device.")
    {
        Command.Arguments.Add(_device);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var device = await client.Devices.GetAsync(tenant, arguments.GetValue(_device)!, cancellationToken);
        var alarms = await client.Devices.GetAlarmsAsync(tenant, device.Device, cancellationToken);
        var state = device.Connection is { } connection
            ? $"online since {Tables.Time(connection.Since)} from {connection.RemoteEndpoint}, MQTT {connection.Protocol}"
            : $"offline, last seen {Tables.Time(device.LastSeenAt)}";
        Context.Line($"{device.Tenant}/{device.Device}: {state}");
        if (device.Report is { } report)
        {
            Context.Line($"model {report.ModelName ?? "–"} v{report.ModelVersion}, update {report.UpdateState}. {report.Detail}".TrimEnd());
        }

        var table = Tables.Create("QUANTITY", ">VALUE", "MEASURED (UTC)");
        foreach (var value in device.LastValues)
        {
            table.Row(value.Name, value.Value.ToString("0.###", CultureInfo.InvariantCulture), Tables.Time(value.MeasuredAt));
        }

        Context.Output.Write(table);
        foreach (var alarm in alarms)
        {
            Context.Line($"{Tables.Time(alarm.RaisedAt)}  {(alarm.ClearedAtSequence is null ? "lasts  " : "cleared")}  {alarm.Text}");
        }

        await WriteJsonAsync(arguments, new { Device = device, Alarms = alarms }, cancellationToken);
        return ExitCodes.Success;
    }
}
