using System.CommandLine;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc dataset`.</summary>
internal static class DatasetCommands
{
    public static Command Create(CommandContext context) => new("dataset", "Datasets.") { new DatasetAddCommand(context).Command };
}
