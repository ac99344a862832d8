using System.CommandLine;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench accelerators`: measures the accelerators of this node and compares them, with each other and with earlier cards.</summary>
internal sealed class BenchAcceleratorsCommand : LocalCommand
{
    // A quiet machine stays below a tenth.
    private const double MuchSpread = 0.25;

    private readonly Option<string[]> _names = new("--accelerator")
    {
        Description = "Accelerators to measure; default: the processor and every device that a driver finds.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads that one kernel may use, on processors.", HelpName = "N", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, CpuAccelerator.MaxThreads),
    };

    private readonly Option<int> _runs = new("--runs")
    {
        Description = "Samples of which the median counts, 1 to 101.", HelpName = "N", DefaultValueFactory = _ => 5,
    };

    private readonly Option<FileInfo[]> _compare = new("--compare")
    {
        Description = "Files of earlier runs (--json), of this or other nodes.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
    };

    public BenchAcceleratorsCommand(CommandContext context)
        : base(context, "accelerators", "Measure the accelerators of this node: a score card each, and how they compare.")
    {
        Command.Options.Add(_names);
        Command.Options.Add(_threads);
        Command.Options.Add(_runs);
        Command.Options.Add(_compare);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (threads, runs) = (arguments.GetValue(_threads), arguments.GetValue(_runs));
        if (runs is < 1 or > 101)
        {
            throw new CommandException($"--runs is {runs}; allowed: 1 to 101.");
        }

        List<ScoreCard> earlier = [.. (arguments.GetValue(_compare) ?? []).SelectMany(file => ScoreFiles.Read("--compare", file))];
        var cards = new List<ScoreCard>();
        foreach (var name in Names(arguments))
        {
            using var accelerator = AcceleratorOption.Open(name, threads);
            Context.Line($"measuring {name} ({accelerator.Info.Name}) …");
            var scorer = new AcceleratorScorer(accelerator, Context.Clock, new ScoreOptions { Runs = runs });
            cards.Add(scorer.Measure(Environment.MachineName, name, threads, cancellationToken));
        }

        Show([.. cards, .. earlier]);
        await WriteJsonAsync(arguments, new ScoreReport(cards), cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>The processor once, not with each of its vector instructions; and never the reference, unless somebody names them.</summary>
    private string[] Names(ParseResult arguments) => arguments.GetValue(_names) is { Length: > 0 } given
        ? given
        : [.. AcceleratorDrivers.Catalogue().List().Select(entry => entry.Name)
            .Where(name => name != "reference" && !name.StartsWith("cpu-", StringComparison.Ordinal))];

    private void Show(IReadOnlyList<ScoreCard> cards)
    {
        var baseline = cards[0];
        var table = Tables.Create(["measured", "unit", .. cards.Select(card => $">{card.Node} {card.Accelerator}")]);
        foreach (var name in cards.SelectMany(card => card.Measurements).Select(line => (line.Name, line.Unit)).Distinct())
        {
            table.Row([name.Name, name.Unit, .. cards.Select(card => Cell(card, baseline, name.Name))]);
        }

        table.Row(["training score", "GFLOP/s", .. cards.Select(card => card.TrainingGflops > 0 ? Tables.Number(card.TrainingGflops, 1) : "–")]);
        table.Row(["overall", "relative", .. cards.Select(card => ScoreComparison.Overall(card, baseline) is { } ratio ? $"{Tables.Number(ratio, 2)} x" : "–")]);
        Context.Output.Write(table);
        foreach (var card in cards)
        {
            foreach (var line in card.Measurements.Where(line => line.LeftOut is not null))
            {
                Context.Line($"{card.Accelerator} {line.Name}: left out, {line.LeftOut}");
            }

            if (card.Measurements.Where(line => line.SpreadFraction > MuchSpread).ToList() is { Count: > 0 } spread)
            {
                var most = spread.MaxBy(line => line.SpreadFraction)!;
                Context.Line(
                    $"{card.Accelerator}: samples of {spread.Count} measurements differ by more than {Tables.Percent(MuchSpread)}, of {most.Name} by {Tables.Percent(most.SpreadFraction)}. Close other programs and measure again, or raise --runs.");
            }
        }
    }

    private static string Cell(ScoreCard card, ScoreCard baseline, string name)
    {
        if (card.Measurements.FirstOrDefault(line => line.Name == name)?.Value is not { } value)
        {
            return "–";
        }

        var text = Tables.Number(value, value < 10 ? 2 : 1);
        return card != baseline && ScoreComparison.Relative(card, baseline, name) is { } ratio ? $"{text} ({Tables.Number(ratio, 2)} x)" : text;
    }
}
