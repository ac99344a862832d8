using System.CommandLine;
using System.Text.Json.Nodes;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>
/// `oc bench accuracy`: what the benchmark models learn from real data with several seeds, beside PyTorch where it is installed; succeeds
/// when they learn what PyTorch's do.
/// </summary>
internal sealed class BenchAccuracyCommand : LocalCommand
{
    /// <summary>Passes over the images, and steps of text.</summary>
    private const int Epochs = 3;
    private const int Steps = 200;

    /// <summary>What PyTorch 1.13 reached elsewhere, for machines without it: the images after three epochs, batch 64, Adam; the text after 200 steps.</summary>
    private static readonly (BenchModel Model, string Title, double Anchor)[] Rows =
    [
        (BenchModel.Mlp, "mlp, accuracy after 3 epochs", 0.866),
        (BenchModel.Cnn, "cnn, accuracy after 3 epochs", 0.895),
        (BenchModel.Transformer, "transformer, nats per character after 200 steps", 2.25),
    ];

    /// <summary>2.5 standard errors of a fraction of 10,000 images, sqrt(0.89 * 0.11 / 10,000) = 0.3 points; of a loss over 81,920 characters, about 0.01.</summary>
    private const double ImageNoise = 0.008;
    private const double TextNoise = 0.025;

    private readonly Option<DirectoryInfo> _images = new("--images")
    {
        Description = "Folder with Fashion-MNIST's four IDX files (Debian: dataset-fashion-mnist).",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("/usr/share/datasets/fashion-mnist"),
    };

    private readonly Option<FileInfo?> _text = new("--text") { Description = "A text for the transformer, such as tinyshakespeare; left out: no transformer.", HelpName = "FILE" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads, 1 to 256.", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Trainings of each model, with seeds 1, 2, …; 1 to 100.", DefaultValueFactory = _ => 3 };
    private readonly Option<string[]> _models = new("--model") { Description = "Models: mlp, cnn, transformer. Default: all.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. BenchModel.All.Select(model => model.Name)] };
    private readonly Option<bool> _peerStart = new("--peer-start") { Description = "Let the models start as PyTorch's do, for a comparison of the arithmetic alone; without it they start as the fabric's own do." };
    private readonly Option<bool> _alone = new("--alone") { Description = "Leave PyTorch out, and compare with what it reached elsewhere." };

    public BenchAccuracyCommand(CommandContext context)
        : base(context, "accuracy", "Train the benchmark models on real data and compare with what PyTorch reaches.")
    {
        foreach (var option in new Option[] { _images, _text, _threads, _seeds, _models, _peerStart, _alone })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (threads, seeds) = (Within(arguments, _threads, 1, 256), Within(arguments, _seeds, 1, 100));
        var models = arguments.GetValue(_models)!;
        if (models.FirstOrDefault(name => BenchModel.All.All(model => model.Name != name)) is { } unknown)
        {
            throw new CommandException($"--model is '{unknown}'; allowed {string.Join(", ", BenchModel.All.Select(model => model.Name))}.");
        }

        var folder = arguments.GetValue(_images)!.FullName;
        var (training, test) = (Load(folder, "train"), Load(folder, "t10k"));
        var file = arguments.GetValue(_text);
        var text = file is null ? null : ModelFiles.Read(file, () => TextDataset.Load(file.FullName));
        var (peer, reason) = arguments.GetValue(_alone) ? (null, "--alone was given") : await PeerProcess.StartAsync(threads, cancellationToken);
        await using var ended = peer;
        Context.Line(peer is null ? $"PyTorch is left out: {reason}" : $"beside {peer.Version}, both sides with {threads} threads");
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        var check = new AccuracyCheck(accelerator, arguments.GetValue(_peerStart), Context.Line);
        var table = Tables.Create("model", ">ours", ">PyTorch", ">asked", "");
        var results = new List<object>();
        var isReached = true;
        foreach (var (model, title, anchor) in Rows.Where(row => models.Contains(row.Model.Name) && (!row.Model.IsText || text is not null)))
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var seed = 1; seed <= seeds; seed++)
            {
                ours.Add(model.IsText ? check.Text(model, text!, Steps, seed, cancellationToken) : check.Images(model, training, test, Epochs, seed, cancellationToken));
                if (peer is not null)
                {
                    theirs.Add(await AskAsync(peer, model, seed, threads, folder, file, cancellationToken));
                    Context.Line($"{model.Name}, seed {seed}: PyTorch reaches {theirs[^1]:0.0000}");
                }
            }

            var (mine, other) = (new SeedScores(ours), new SeedScores(theirs));
            var slack = model.IsText ? TextNoise : ImageNoise;
            var passes = mine.IsAsGoodAs(peer is null ? new SeedScores([anchor]) : other, slack, model.IsText);
            isReached &= passes;
            table.Row(title, Text(mine), peer is null ? "" : Text(other), $"{(model.IsText ? "≤" : "≥")} {(peer is null ? $"{anchor}" : "PyTorch")} {(model.IsText ? "+" : "-")} {slack}", passes ? "ok" : "missed");
            results.Add(new { Model = model.Name, Ours = mine, PyTorch = peer is null ? null : other, Anchor = anchor, Slack = slack, IsReached = passes });
        }

        Context.Output.Write(table);
        await WriteJsonAsync(arguments, new { Threads = threads, Seeds = seeds, StartsAsPeer = arguments.GetValue(_peerStart), Peer = peer?.Version, Models = results }, cancellationToken);
        return isReached ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<double> AskAsync(
        PeerProcess peer, BenchModel model, int seed, int threads, string folder, FileInfo? text, CancellationToken cancellationToken)
    {
        var answer = await peer.AskAsync(
            new JsonObject
            {
                ["do"] = "learn", ["model"] = model.Name, ["seed"] = seed, ["threads"] = threads,
                ["epochs"] = Epochs, ["steps"] = Steps, ["images"] = folder, ["text"] = text?.FullName,
            },
            cancellationToken);
        return answer["score"]!.GetValue<double>();
    }

    private static int Within(ParseResult arguments, Option<int> option, int min, int max) =>
        arguments.GetValue(option) is var value && value >= min && value <= max ? value : throw new CommandException($"{option.Name} is {value}; allowed {min} to {max}.");

    private static string Text(SeedScores scores) => $"{Tables.Number(scores.Mean, 4)} ± {Tables.Number(scores.Deviation, 4)}";

    private static ImageDataset Load(string folder, string part)
    {
        string Path(string kind) => System.IO.Path.Combine(folder, $"{part}-{kind}-ubyte.gz");
        return File.Exists(Path("images-idx3"))
            ? ImageDataset.Load(Path("images-idx3"), Path("labels-idx1"))
            : throw new CommandException($"--images is '{folder}', which lacks {part}-images-idx3-ubyte.gz. Debian has it in the package dataset-fashion-mnist.");
    }
}
