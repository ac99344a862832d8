using System.CommandLine;
using OrleansCompute.Tensors.Onnx.Conformance;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model conformance DIR`: runs the ONNX project's test cases; succeeds when all that is claimed passes.</summary>
internal sealed class ModelConformanceCommand : LocalCommand
{
    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "Folder with cases: model.onnx and test_data_set_N/input_N.pb, output_N.pb." };
    private readonly Option<int> _least = new("--least")
    {
        Description = "Cases that must pass, 0 or more: fewer are a failure even when the others are only not claimed.", HelpName = "N", DefaultValueFactory = _ => 0,
    };

    private readonly AcceleratorOption _accelerator = new();

    public ModelConformanceCommand(CommandContext context)
        : base(context, "conformance", "Run the ONNX project's test cases and show the results by operator.")
    {
        Command.Arguments.Add(_folder);
        Command.Options.Add(_least);
        _accelerator.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = arguments.GetValue(_folder)!;
        if (!folder.Exists)
        {
            throw new CommandException($"'{folder.FullName}' does not exist. Debian has the cases in the package libonnx-testdata.");
        }

        var least = arguments.GetValue(_least);
        if (least < 0)
        {
            throw new CommandException($"--least is {least}; allowed 0 or more.");
        }

        using var accelerator = _accelerator.Open(arguments);
        var conformance = new OnnxConformance(accelerator);
        var results = new List<ConformanceResult>();
        foreach (var test in OnnxConformance.FindCases(folder.FullName))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(conformance.Run(test));
        }

        var table = Tables.Create("operator", ">passed", ">failed", ">unsupported");
        foreach (var group in results.SelectMany(result => result.Operators.Select(name => (name, result.Outcome)))
            .GroupBy(pair => pair.name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.Row(group.Key, Cell(group, ConformanceOutcome.Passed), Cell(group, ConformanceOutcome.Failed), Cell(group, ConformanceOutcome.Unsupported));
        }

        Context.Output.Write(table);
        foreach (var result in results.Where(result => result.Outcome == ConformanceOutcome.Failed))
        {
            Context.Line($"FAILED {result.Name}: {result.Message}");
        }

        int Count(ConformanceOutcome outcome) => results.Count(result => result.Outcome == outcome);
        Context.Line($"ONNX cases on {accelerator.Kernels.Name}: {Count(ConformanceOutcome.Passed)} of {results.Count} passed, {Count(ConformanceOutcome.Failed)} failed, {Count(ConformanceOutcome.Unsupported)} use what is not claimed");
        await WriteJsonAsync(arguments, results, cancellationToken);
        var isEnough = Count(ConformanceOutcome.Passed) >= least;
        if (!isEnough)
        {
            Context.Line($"FAILED: {Count(ConformanceOutcome.Passed)} cases passed; --least asks for {least}");
        }

        return Count(ConformanceOutcome.Failed) == 0 && isEnough ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string Cell(IEnumerable<(string Name, ConformanceOutcome Outcome)> uses, ConformanceOutcome outcome) =>
        uses.Count(use => use.Outcome == outcome) is > 0 and var count ? $"{count}" : "";
}
