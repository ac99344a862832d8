using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Compression;

/// <summary>Small models and samples: images of 8 x 8 with a bright quarter, which is the class.</summary>
internal static class CompressionModels
{
    public static TrainedModel Cnn(int seed = 1)
    {
        var graph = new NetworkBuilder(1, 8, 8)
            .Conv2d(8, 3, padding: 1, activation: Activation.Relu).MaxPool2d(2)
            .Conv2d(16, 3, padding: 1, activation: Activation.Relu).MaxPool2d(2)
            .Flatten().Dense(24, Activation.Relu).Dense(4).Build();
        return Create(graph, seed);
    }

    public static TrainedModel Create(Graph graph, int seed = 1) => new(graph, graph.CreateParameters(new Random(seed)));

    public static SampleSet Quarters(int count, int seed)
    {
        var random = new Random(seed);
        var (values, labels) = (new float[count * 64], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(4);
            for (var p = 0; p < 64; p++)
            {
                var quarter = (p / 32 * 2) + (p % 8 / 4);
                values[(i * 64) + p] = (random.NextSingle() * 0.6f) + (quarter == labels[i] ? 0.4f : 0);
            }
        }

        return new SampleSet(values, labels);
    }

    public static TrainedModel Trained(IAccelerator accelerator, TrainedModel model, int epochs = 3) =>
        new FineTuner(accelerator, new FineTuneOptions { Epochs = epochs, BatchSize = 16, LearningRate = 5e-3f }).Train(model, Quarters(256, 7));

    public static float[] Logits(IAccelerator accelerator, TrainedModel model, SampleSet samples)
    {
        using var runner = new ClassifierRunner(model.Graph, model.Parameters, accelerator, samples.Count);
        var logits = new float[samples.Count * runner.ClassCount];
        runner.Run(samples.Values, logits);
        return logits;
    }

    public static double Accuracy(IAccelerator accelerator, TrainedModel model, SampleSet samples)
    {
        var logits = Logits(accelerator, model, samples);
        var classes = logits.Length / samples.Count;
        return Enumerable.Range(0, samples.Count).Count(i => Array.IndexOf(logits[(i * classes)..((i + 1) * classes)], logits.Skip(i * classes).Take(classes).Max()) == samples.Labels[i])
            / (double)samples.Count;
    }
}
