using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench infer`: one image at a time through the reference CNN.</summary>
internal sealed class BenchInferCommand(CommandContext context)
    : PairedBenchCommand(context, "infer", "One image at a time through the reference CNN, beside PyTorch (eager and optimised TorchScript).")
{
    protected override async IAsyncEnumerable<PairedResult> MeasureAsync(
        ParseResult arguments, IReadOnlyList<int> threads, PairedRounds rounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(1));
        foreach (var count in threads)
        {
            using var accelerator = new CpuAccelerator(SimdSupport.Best, count);
            using var plan = new InferencePlan(graph, parameters, accelerator, 1);
            float[] image = [.. Enumerable.Range(0, plan.SampleLength).Select(i => i % 7 / 7f)], probabilities = new float[plan.Classes];
            foreach (var form in new[] { "eager", "torchscript" })
            {
                var request = new JsonObject { ["do"] = "infer", ["form"] = form };
                foreach (var result in await rounds.MeasureLatencyAsync($"cnn, peer {form}", count, () => plan.Run(image, 1, probabilities), request, cancellationToken))
                {
                    yield return result;
                }
            }
        }
    }
}
