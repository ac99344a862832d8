using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>A model that says whether it computes at the moment.</summary>
internal sealed class WatchedModel(IGradientModel model) : IGradientModel
{
    public bool IsComputing { get; private set; }

    public int SampleLength => model.SampleLength;

    public int ClassCount => model.ClassCount;

    public int MaxBatchSize => model.MaxBatchSize;

    public Memory<float> Parameters => model.Parameters;

    public ReadOnlyMemory<float> Gradients => model.Gradients;

    public Action<int, int>? GradientReady
    {
        get => model.GradientReady;
        set => model.GradientReady = value;
    }

    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        IsComputing = true;
        try
        {
            return model.ForwardBackward(inputs, labels, cancellation);
        }
        finally
        {
            IsComputing = false;
        }
    }

    public IBatchEvaluator CreateEvaluator() => model.CreateEvaluator();
}
