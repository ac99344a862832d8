using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model`.</summary>
internal static class ModelCommands
{
    public static Command Create(CommandContext context) => new("model", "Models: those in the registry, and ONNX files on this machine.")
    {
        new ModelListCommand(context).Command,
        new ModelInspectCommand(context).Command,
        new ModelRunCommand(context).Command,
        new ModelCompressCommand(context).Command,
        new ModelConformanceCommand(context).Command,
    };
}
