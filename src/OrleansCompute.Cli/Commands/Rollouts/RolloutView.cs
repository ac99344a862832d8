using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Cli.Commands.Rollouts;

/// <summary>A roll-out as text.</summary>
internal static class RolloutView
{
    public static void Write(CommandContext context, RolloutStatus status)
    {
        context.Line(
            $"{status.Spec.Tenant}/{status.Spec.Name}: {status.Spec.Model} v{status.Spec.Version}, {status.State}. {status.Reason}");
        var table = Tables.Create("DEVICE", ">WAVE", "STATE");
        foreach (var device in status.Devices)
        {
            table.Row(device.Device, Tables.Number(device.Wave), State(device));
        }

        context.Output.Write(table);
        foreach (var device in status.Devices.Where(device => device.Detail.Length > 0))
        {
            context.Line($"{device.Device}: {device.Detail}");
        }
    }

    private static string State(RolloutDevice device) => device switch
    {
        { Offered: false } => "–",
        { State: ModelUpdateState.None } => "Offered",
        _ => device.State.ToString(),
    };
}
