using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Rollouts;

/// <summary>`oc rollout`.</summary>
internal static class RolloutCommands
{
    public static Command Create(CommandContext context) => new("rollout", "Roll-outs of models to devices.")
    {
        new RolloutStartCommand(context).Command,
        new RolloutShowCommand(context).Command,
    };
}
