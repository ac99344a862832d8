using System.CommandLine;
using OrleansCompute.Tensors.Onnx;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model inspect FILE.onnx`: succeeds when the fabric can run the model.</summary>
internal sealed class ModelInspectCommand : LocalCommand
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "An ONNX model." };

    public ModelInspectCommand(CommandContext context)
        : base(context, "inspect", "Show inputs, outputs, parameters and operators of an ONNX file, and what is not supported.") =>
        Command.Arguments.Add(_file);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var summary = ModelFiles.Read(file, () => OnnxInspector.InspectFile(file.FullName));
        Context.Line($"{file.Name}: opset {summary.Opset}, written by {(summary.ProducerName.Length > 0 ? $"{summary.ProducerName} {summary.ProducerVersion}".TrimEnd() : "an unnamed program")}");
        Context.Line($"parameters: {Tables.Number(summary.ParameterElements)} in {Tables.Number(summary.ParameterTensors)} tensors, {Tables.Number(summary.ParameterBytes)} bytes");
        var values = Tables.Create("", "name", "type");
        foreach (var input in summary.Inputs)
        {
            values.Row("input", input.Name, input.Type);
        }

        foreach (var output in summary.Outputs)
        {
            values.Row("output", output.Name, output.Type);
        }

        Context.Output.Write(values);
        var operators = Tables.Create("operator", ">nodes", "");
        foreach (var use in summary.Operators)
        {
            operators.Row(use.Name, Tables.Number(use.Nodes), use.Reason);
        }

        Context.Output.Write(operators);
        await WriteJsonAsync(arguments, summary, cancellationToken);
        if (summary.IsSupported)
        {
            // Knowing all operators is not enough: shapes, attributes and the order of the nodes must be right as well.
            var graph = ModelFiles.Read(file, () => OnnxImporter.ImportFile(file.FullName)).Graph;
            Context.Line($"can be run: {Tables.Number(graph.Nodes.Count)} nodes, checked");
            return ExitCodes.Success;
        }

        var missing = summary.Operators.Where(use => !use.IsSupported).ToArray();
        throw new CommandException(
            $"{missing.Length} of {summary.Operators.Count} operators cannot be run: {string.Join("; ", missing.Select(use => $"{use.Name} ({use.Reason})"))}. Export the model with other operators.");
    }
}
