using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node`.</summary>
internal static class NodeCommands
{
    public static Command Create(CommandContext context) => new("node", "Nodes of a pool.")
    {
        new NodeListCommand(context).Command,
        new NodeShowCommand(context).Command,
        new NodeDrainCommand(context, isDraining: true).Command,
        new NodeDrainCommand(context, isDraining: false).Command,
        new NodeReclaimCommand(context).Command,
        new NodeRemoveCommand(context).Command,
    };
}
