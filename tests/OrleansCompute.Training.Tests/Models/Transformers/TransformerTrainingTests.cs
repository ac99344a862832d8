using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models.Transformers;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Models.Transformers;

public sealed class TransformerTrainingTests
{
    [Fact]
    public void ForwardBackward_ThroughTheCompiledPlan_LearnsAText()
    {
        using var accelerator = new CpuAccelerator();
        var data = new TextDataset(string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog. ", 40)));
        var model = new TransformerModel(new TransformerOptions { Vocabulary = data.Vocabulary.Length, Context = 16, Width = 32, Layers = 2, Heads = 4, Hidden = 64 });
        var graph = model.CreateGraph();
        using var plan = new TrainingPlan(graph, accelerator, 8);
        graph.CreateParameters(new Random(1)).CopyTo(plan.Parameters);
        var optimiser = new AdamWOptimiser(graph.ParameterCount, new AdamWOptions { LearningRate = 5e-3f }, ParameterSlices.Of(graph));
        var (random, inputs, labels) = (new Random(2), new int[8 * 16], new int[8 * 16]);
        double first = 0, last = 0;
        for (var step = 0; step < 60; step++)
        {
            data.Sample(random, true, 16, inputs, labels);
            var result = plan.ForwardBackward<int>(inputs, labels);
            last = result.LossSum / labels.Length;
            first = step == 0 ? last : first;
            optimiser.Step(plan.Parameters.Span, [.. plan.Gradients.ToArray().Select(value => value / labels.Length)]);
        }

        // Uniform guessing costs ln 29 = 3.4 nats; the text repeats, so that little is left to guess.
        Assert.InRange(first, 2.5, 5);
        Assert.InRange(last, 0, 0.6);
    }
}
