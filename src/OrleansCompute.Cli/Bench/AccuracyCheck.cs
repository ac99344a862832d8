using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Cli.Bench;

/// <summary>Trains the models on real data and scores them on data they have not seen. Not thread-safe.</summary>
/// <param name="accelerator">Where they train.</param>
/// <param name="startsAsPeer">Whether models start as PyTorch's do.</param>
/// <param name="report">Told of the progress.</param>
internal sealed class AccuracyCheck(CpuAccelerator accelerator, bool startsAsPeer, Action<string> report)
{
    private const int Batch = 64;

    /// <summary>Trains on images.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="training">To train on.</param>
    /// <param name="test">To score.</param>
    /// <param name="epochs">Passes over the images.</param>
    /// <param name="seed">Of first values and order.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Part of the test images that are classified right after the last epoch.</returns>
    public double Images(BenchModel model, ImageDataset training, ImageDataset test, int epochs, int seed, CancellationToken cancellationToken)
    {
        var graph = model.CreateGraph(seed, startsAsPeer);
        using var loop = new TrainingLoop(graph, accelerator, Batch, seed);
        var sampler = new EpochSampler(training.Count, seed);
        var plan = new BatchPlan(training.Count, Batch);
        var accuracy = 0.0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var (order, loss) = (sampler.Permutation(epoch), 0.0);
            SampleBatch[] buffers = [new(Batch, training.SampleLength), new(Batch, training.SampleLength)];
            using var loader = new Prefetcher<SampleBatch>(
                buffers, plan.StepCount, (step, batch, _) => batch.Load(training, order.AsSpan(plan.Positions((int)step))), cancellationToken);
            while (loader.Next() is { } batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                loss += loop.Step<float>(batch.Inputs.Span, batch.Labels.Span);
            }

            accuracy = Accuracy(graph, loop.Plan, test);
            report($"{model.Name}, seed {seed}, epoch {epoch + 1}: training loss {loss / plan.StepCount:0.0000}, test accuracy {accuracy:0.0000}");
        }

        return accuracy;
    }

    /// <summary>Trains on text.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="text">To train on, and to score.</param>
    /// <param name="steps">Steps of 64 passages.</param>
    /// <param name="seed">Of first values and passages.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Loss per character of text that was not trained on, in nats.</returns>
    public double Text(BenchModel model, TextDataset text, int steps, int seed, CancellationToken cancellationToken)
    {
        using var loop = new TrainingLoop(model.CreateGraph(seed, startsAsPeer), accelerator, Batch, seed);
        var length = loop.Plan.LabelsPerSample;
        var random = new Random(seed);
        var (inputs, labels) = (new int[Batch * length], new int[Batch * length]);
        for (var step = 1; step <= steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fill(text, random, fromTraining: true, length, inputs, labels);
            var loss = loop.Step<int>(inputs, labels);
            if (step % 50 == 0)
            {
                report($"{model.Name}, seed {seed}, step {step}: training loss {loss:0.0000}");
            }
        }

        // Every seed is scored on the same passages.
        random = new Random(0);
        double sum = 0, count = 0;
        for (var i = 0; i < 20; i++)
        {
            Fill(text, random, fromTraining: false, length, inputs, labels);
            var result = loop.Plan.ForwardBackward<int>(inputs, labels, cancellationToken);
            sum += result.LossSum;
            count += result.Count;
        }

        return sum / count;
    }

    private static void Fill(TextDataset text, Random random, bool fromTraining, int length, int[] inputs, int[] labels)
    {
        for (var i = 0; i < Batch; i++)
        {
            text.Sample(random, fromTraining, length, inputs.AsSpan(i * length, length), labels.AsSpan(i * length, length));
        }
    }

    private double Accuracy(Tensors.Graphs.Graph graph, TrainingPlan plan, ImageDataset test)
    {
        const int Size = 100;
        using var inference = new InferencePlan(graph, plan.Parameters.Span, accelerator, Size);
        var (inputs, labels, outputs) = (new float[Size * test.SampleLength], new int[Size], new float[Size * inference.Classes]);
        var correct = 0;
        for (var start = 0; start < test.Count; start += Size)
        {
            int[] indices = [.. Enumerable.Range(start, Math.Min(Size, test.Count - start))];
            test.Copy(indices, inputs.AsSpan(0, indices.Length * test.SampleLength), labels.AsSpan(0, indices.Length));
            inference.Run(inputs.AsSpan(0, indices.Length * test.SampleLength), indices.Length, outputs.AsSpan(0, indices.Length * inference.Classes));
            for (var i = 0; i < indices.Length; i++)
            {
                var scores = outputs.AsSpan(i * inference.Classes, inference.Classes);
                correct += scores.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max<float>(scores)) == labels[i] ? 1 : 0;
            }
        }

        return (double)correct / test.Count;
    }
}
