using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench train`: whole training steps (forward, backward, Adam) of three models.</summary>
internal sealed class BenchTrainCommand : PairedBenchCommand
{
    private readonly Option<int[]> _batches = new("--batch")
    {
        Description = "Batch sizes, 1 to 4096 each. Default: 64 and 256.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [64, 256],
    };

    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Models: mlp, cnn, transformer. Default: all.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. BenchModel.All.Select(model => model.Name)],
    };

    private readonly Option<bool> _profile = new("--profile") { Description = "Show the time of each operator of our steps as well." };

    public BenchTrainCommand(CommandContext context)
        : base(context, "train", "Training steps of an MLP, a CNN and a transformer, beside PyTorch.")
    {
        Command.Options.Add(_batches);
        Command.Options.Add(_models);
        Command.Options.Add(_profile);
    }

    protected override async IAsyncEnumerable<PairedResult> MeasureAsync(
        ParseResult arguments, IReadOnlyList<int> threads, PairedRounds rounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in arguments.GetValue(_models)!)
        {
            var model = BenchModel.All.FirstOrDefault(model => model.Name == name)
                ?? throw new CommandException($"--model is '{name}'; allowed: {string.Join(", ", BenchModel.All.Select(model => model.Name))}.");
            foreach (var count in threads)
            {
                foreach (var batch in arguments.GetValue(_batches)!)
                {
                    if (batch is < 1 or > 4096)
                    {
                        throw new CommandException($"--batch is {batch}; allowed 1 to 4096.");
                    }

                    using var accelerator = new CpuAccelerator(SimdSupport.Best, count);
                    using var loop = new TrainingLoop(model.CreateGraph(), accelerator, batch);
                    var request = new JsonObject { ["do"] = "train", ["model"] = model.Name, ["batch"] = batch };
                    yield return await rounds.MeasureAsync(
                        $"{model.Name}, batch {batch}", count, "samples/s", batch, Step(model, loop, batch), request, cancellationToken);
                    if (arguments.GetValue(_profile))
                    {
                        Context.Line($"{model.Name}, batch {batch}, {count} threads");
                        Context.Line(loop.Plan.Compiled(batch).Profile(Context.Clock, cancellation: cancellationToken).ToTable());
                    }
                }
            }
        }
    }

    private static Action Step(BenchModel model, TrainingLoop loop, int batch)
    {
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, batch * loop.Plan.LabelsPerSample).Select(_ => random.Next(model.Classes))];
        if (model.IsText)
        {
            int[] tokens = [.. Enumerable.Range(0, batch * loop.Plan.SampleLength).Select(_ => random.Next(model.Classes))];
            return () => loop.Step<int>(tokens, labels);
        }

        float[] images = [.. Enumerable.Range(0, batch * loop.Plan.SampleLength).Select(_ => random.NextSingle())];
        return () => loop.Step<float>(images, labels);
    }
}
