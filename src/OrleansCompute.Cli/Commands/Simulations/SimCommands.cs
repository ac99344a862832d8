using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>`oc sim`.</summary>
internal static class SimCommands
{
    public static Command Create(CommandContext context) => new("sim", "Simulate: the policies that run live, on traces and a virtual clock.")
    {
        new SimClusterCommand(context).Command,
        new SimSweepCommand(context).Command,
    };
}
