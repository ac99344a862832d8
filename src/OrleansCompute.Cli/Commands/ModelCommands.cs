using System.CommandLine;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc model`.</summary>
internal static class ModelCommands
{
    public static Command Create(CommandContext context) => new("model", "Models in the registry.") { new ModelListCommand(context).Command };
}
