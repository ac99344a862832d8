using System.CommandLine;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Cli.Demo;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>
/// `oc bench goodput`: jobs on real data through a whole fabric, by turns with a fixed batch and with batches that the pool chooses by the
/// noise of their gradients; succeeds when the latter learn as much in less time.
/// </summary>
internal sealed class BenchGoodputCommand : LocalCommand
{
    private readonly Option<DirectoryInfo> _images = new("--images")
    {
        Description = "Folder with Fashion-MNIST's four IDX files (Debian: dataset-fashion-mnist).",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("/usr/share/datasets/fashion-mnist"),
    };

    private readonly Option<string> _model = new("--model") { Description = "mlp or cnn.", DefaultValueFactory = _ => "mlp" };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the images, 1 to 1000.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _batch = new("--batch") { Description = "The fixed batch, and the one that chosen batches start from, 1 to 65536.", DefaultValueFactory = _ => 16 };
    private readonly Option<int> _maxBatch = new("--max-batch") { Description = "Largest batch that may be chosen, to 65536.", DefaultValueFactory = _ => 1024 };
    private readonly Option<int> _nodes = new("--nodes") { Description = "Nodes of one thread each, all of which a job gets; 1 to 16.", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Trainings of each kind, with seeds 1, 2, …; 1 to 100.", DefaultValueFactory = _ => 3 };

    public BenchGoodputCommand(CommandContext context)
        : base(context, "goodput", "Train with a fixed batch and with batches that the pool chooses, on real data, and compare time and accuracy.")
    {
        foreach (var option in new Option[] { _images, _model, _epochs, _batch, _maxBatch, _nodes, _seeds })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var seeds = Within(arguments, _seeds, 1, 100);
        var plan = Plan(arguments);
        using var folder = DemoFolder.Open(null);
        await using var trial = await GoodputTrial.StartAsync(plan, folder.Path, Context.Clock, cancellationToken);
        var runs = new List<GoodputRun>();

        // Not counted: the runtime compiles.
        await trial.WarmUpAsync(cancellationToken);
        for (var seed = 1; seed <= seeds; seed++)
        {
            // By turns, so that neither kind always comes first on a machine that warms up.
            foreach (var isAdaptive in seed % 2 == 1 ? new[] { false, true } : [true, false])
            {
                var run = await trial.RunAsync(seed, isAdaptive, cancellationToken);
                runs.Add(run);
                Context.Line(
                    $"seed {seed}, {(isAdaptive ? "chosen" : "fixed ")} batch: {Tables.Number(run.Seconds, 1)} s, accuracy {Tables.Percent(run.AccuracyFraction)}, "
                    + $"{Tables.Number(run.Steps)} steps, {Tables.Number(run.SamplesComputed)} samples, last batch {run.LastBatchSize}");
            }
        }

        var summary = new GoodputSummary(plan, runs);
        var table = Tables.Create("BATCH", ">MEDIAN S", ">ACCURACY", ">SPREAD");
        table.Row($"fixed, {plan.BatchSize}", Tables.Number(summary.MedianFixedSeconds, 1), Tables.Number(summary.FixedAccuracy.Mean, 4), Tables.Number(summary.FixedAccuracy.Deviation, 4));
        table.Row($"chosen, to {plan.MaxBatchSize}", Tables.Number(summary.MedianAdaptiveSeconds, 1), Tables.Number(summary.AdaptiveAccuracy.Mean, 4), Tables.Number(summary.AdaptiveAccuracy.Deviation, 4));
        Context.Output.Write(table);
        Context.Line($"{Tables.Number(summary.MedianSpeedUp, 2)} times as fast (median over seeds), {(summary.IsAsAccurate ? "as accurate within the spread" : "less accurate")}: {(summary.IsReached ? "ok" : "missed")}");
        await WriteJsonAsync(arguments, summary, cancellationToken);
        return summary.IsReached ? ExitCodes.Success : ExitCodes.Failure;
    }

    private GoodputPlan Plan(ParseResult arguments)
    {
        var model = arguments.GetValue(_model)!;
        if (model is not ("mlp" or "cnn"))
        {
            throw new CommandException($"--model is '{model}'; allowed mlp, cnn.");
        }

        var folder = arguments.GetValue(_images)!.FullName;
        foreach (var file in new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" })
        {
            if (!File.Exists(Path.Combine(folder, $"{file}-ubyte.gz")))
            {
                throw new CommandException($"--images is '{folder}', which lacks {file}-ubyte.gz. Debian has it in the package dataset-fashion-mnist.");
            }
        }

        var batch = Within(arguments, _batch, 1, 65_536);
        return new GoodputPlan(
            model, folder, Within(arguments, _epochs, 1, 1_000), batch, Within(arguments, _maxBatch, batch, 65_536), Within(arguments, _nodes, 1, 16));
    }

    private static int Within(ParseResult arguments, Option<int> option, int min, int max) =>
        arguments.GetValue(option) is var value && value >= min && value <= max ? value : throw new CommandException($"{option.Name} is {value}; allowed {min} to {max}.");
}
