using System.CommandLine;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench accuracy`: what the benchmark models learn from real data; succeeds when they learn what PyTorch's do.</summary>
internal sealed class BenchAccuracyCommand : LocalCommand
{
    /// <summary>PyTorch 1.13 after three epochs of the 60,000 images, batch 64, Adam: 0.866 and 0.895; and its loss after 200 steps of text.</summary>
    private const double MlpAccuracy = 0.866;
    private const double CnnAccuracy = 0.895;
    private const double TextLoss = 2.25;

    private readonly Option<DirectoryInfo> _images = new("--images")
    {
        Description = "Folder with Fashion-MNIST's four IDX files (Debian: dataset-fashion-mnist).",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("/usr/share/datasets/fashion-mnist"),
    };

    private readonly Option<FileInfo?> _text = new("--text") { Description = "A text for the transformer, such as tinyshakespeare; left out: no transformer.", HelpName = "FILE" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads, 1 to 256.", DefaultValueFactory = _ => 2 };

    public BenchAccuracyCommand(CommandContext context)
        : base(context, "accuracy", "Train the benchmark models on real data and compare with what PyTorch reaches.")
    {
        Command.Options.Add(_images);
        Command.Options.Add(_text);
        Command.Options.Add(_threads);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var threads = arguments.GetValue(_threads);
        if (threads is < 1 or > 256)
        {
            throw new CommandException($"--threads is {threads}; allowed 1 to 256.");
        }

        var folder = arguments.GetValue(_images)!.FullName;
        var (training, test) = (Load(folder, "train"), Load(folder, "t10k"));
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        var check = new AccuracyCheck(accelerator, Context.Line);
        var mlp = check.Images(BenchModel.Mlp, training, test, 3, cancellationToken);
        var cnn = check.Images(BenchModel.Cnn, training, test, 3, cancellationToken);
        double? loss = arguments.GetValue(_text) is { } file
            ? check.Text(BenchModel.Transformer, ModelFiles.Read(file, () => TextDataset.Load(file.FullName)), 200, cancellationToken)
            : null;
        var table = Tables.Create("model", ">reached", ">asked", "");
        table.Row("mlp, accuracy after 3 epochs", Tables.Number(mlp, 4), $"≥ {MlpAccuracy}", Mark(mlp >= MlpAccuracy - Noise));
        table.Row("cnn, accuracy after 3 epochs", Tables.Number(cnn, 4), $"≥ {CnnAccuracy}", Mark(cnn >= CnnAccuracy - Noise));
        if (loss is { } nats)
        {
            table.Row("transformer, nats per character after 200 steps", Tables.Number(nats, 4), $"≤ {TextLoss}", Mark(nats <= TextLoss));
        }

        Context.Output.Write(table);
        await WriteJsonAsync(arguments, new { MlpAccuracy = mlp, CnnAccuracy = cnn, TransformerNatsPerCharacter = loss }, cancellationToken);
        return mlp >= MlpAccuracy - Noise && cnn >= CnnAccuracy - Noise && loss is null or <= TextLoss ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>2.5 standard errors of a fraction of 10,000 images: sqrt(0.89 * 0.11 / 10,000) = 0.3 points.</summary>
    private const double Noise = 0.008;

    private static string Mark(bool isReached) => isReached ? "ok" : "missed";

    private static ImageDataset Load(string folder, string part)
    {
        string Path(string kind) => System.IO.Path.Combine(folder, $"{part}-{kind}-ubyte.gz");
        return File.Exists(Path("images-idx3"))
            ? ImageDataset.Load(Path("images-idx3"), Path("labels-idx1"))
            : throw new CommandException($"--images is '{folder}', which lacks {part}-images-idx3-ubyte.gz. Debian has it in the package dataset-fashion-mnist.");
    }
}
