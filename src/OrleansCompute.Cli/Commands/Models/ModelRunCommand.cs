using System.CommandLine;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Formats;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model run FILE.onnx --input NAME=FILE … --output DIR`.</summary>
internal sealed class ModelRunCommand : LocalCommand
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "An ONNX model." };
    private readonly Option<string[]> _inputs = new("--input")
    {
        Description = "Tensor for an input, as .npy or TensorProto .pb; once per input.", HelpName = "NAME=FILE", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<DirectoryInfo?> _output = new("--output") { Description = "Folder for the outputs, one NAME.npy each.", HelpName = "DIR" };
    private readonly Option<int> _repeat = new("--repeat") { Description = "Timed runs after one to warm up, 1 to 100000.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show what each pass made of the graph, the memory it takes, where the time goes, and what ran on slow reference kernels." };
    private readonly Option<bool> _checkFinite = new("--check-finite") { Description = "Search every result for NaN and infinities, and name the node that first makes one. Slow." };
    private readonly Option<long> _maxTrips = new("--max-trips")
    {
        Description = "Most trips of all loops of a run together, 1 or more.", HelpName = "N", DefaultValueFactory = _ => RunLimits.DefaultMaxTrips,
    };

    private readonly AcceleratorOption _accelerator = new();

    public ModelRunCommand(CommandContext context)
        : base(context, "run", "Run an ONNX file on this machine.")
    {
        Command.Arguments.Add(_file);
        Command.Options.Add(_inputs);
        Command.Options.Add(_output);
        Command.Options.Add(_repeat);
        Command.Options.Add(_verbose);
        Command.Options.Add(_checkFinite);
        Command.Options.Add(_maxTrips);
        _accelerator.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var repeat = arguments.GetValue(_repeat);
        if (repeat is < 1 or > 100_000)
        {
            throw new CommandException($"--repeat is {repeat}; allowed 1 to 100000.");
        }

        var limits = new RunLimits { MaxTrips = arguments.GetValue(_maxTrips), ChecksFinite = arguments.GetValue(_checkFinite) };
        if (limits.MaxTrips < 1)
        {
            throw new CommandException($"--max-trips is {limits.MaxTrips}; allowed 1 to {long.MaxValue}.");
        }

        using var accelerator = _accelerator.Open(arguments);
        var model = ModelFiles.Read(file, () => OnnxImporter.ImportFile(file.FullName));
        var given = ReadInputs(model, arguments.GetValue(_inputs) ?? []);
        var run = new ModelRun(accelerator, Context.Clock, limits);
        var result = ModelFiles.Read(file, () => run.Run(model, given, repeat, arguments.GetValue(_verbose), cancellationToken));
        var table = Tables.Create("output", "type", ">smallest", ">largest", ">mean");
        foreach (var output in result.Outputs)
        {
            table.Row(output.Name, output.Type, Tables.Number(output.Smallest, 4), Tables.Number(output.Largest, 4), Tables.Number(output.Mean, 4));
        }

        Context.Output.Write(table);
        if (arguments.GetValue(_verbose) && result.Passes is { } passes)
        {
            passes.Write(Context);
        }

        if (result.Operators is { } operators)
        {
            OperatorTime.Write(Context, operators);
        }

        if (arguments.GetValue(_verbose) && run.NotCompiled is { } reason)
        {
            Context.Line($"not compiled: {reason}");
        }

        Context.Line($"{result.Runs} runs on {result.Accelerator}, {result.Execution}: median {Tables.Number(result.MedianMilliseconds, 3)} ms, 90 % within {Tables.Number(result.P90Milliseconds, 3)} ms, first {Tables.Number(result.FirstMilliseconds, 3)} ms");
        if (arguments.GetValue(_output) is { } folder)
        {
            folder.Create();
            for (var i = 0; i < result.Outputs.Count; i++)
            {
                // A name in a model file is untrusted: it must not leave the folder.
                var name = string.Concat(result.Outputs[i].Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
                var path = Path.Combine(folder.FullName, $"{name}.npy");
                await File.WriteAllBytesAsync(path, NpyFile.Write(run.Tensors[i]), cancellationToken);
                Context.Line($"{result.Outputs[i].Name} → {path}");
            }
        }

        await WriteJsonAsync(arguments, result, cancellationToken);
        return ExitCodes.Success;
    }

    private static Dictionary<string, Tensor> ReadInputs(OnnxModel model, IReadOnlyList<string> inputs)
    {
        var expected = string.Join(", ", model.Graph.Inputs);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var at = input.IndexOf('=', StringComparison.Ordinal);
            var name = at > 0 ? input[..at] : throw new CommandException($"--input is '{input}'; write NAME=FILE. The model has: {expected}.");
            if (model.Graph.Inputs.All(value => value.Name != name) || tensors.ContainsKey(name))
            {
                throw new CommandException($"--input names '{name}', which the model does not have, or which is given twice. The model has: {expected}.");
            }

            tensors.Add(name, ModelFiles.ReadTensor(new FileInfo(input[(at + 1)..])));
        }

        return model.Graph.Inputs.FirstOrDefault(value => !tensors.ContainsKey(value.Name)) is { } missing
            ? throw new CommandException($"--input {missing.Name}=FILE is missing. The model has: {expected}.")
            : tensors;
    }
}
