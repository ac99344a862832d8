using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>Has 100,000 parameters and computes nothing, for tests of what surrounds a model.</summary>
internal sealed class NullModel(int sampleLength, int classCount) : IGradientModel
{
    private readonly float[] _parameters = new float[100_000];
    private readonly float[] _gradients = new float[100_000];

    public int SampleLength => sampleLength;

    public int ClassCount => classCount;

    public int MaxBatchSize => 32;

    public Memory<float> Parameters => _parameters;

    public ReadOnlyMemory<float> Gradients => _gradients;

    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default) => new(0, 0, labels.Length);

    public IBatchEvaluator CreateEvaluator() => throw new NotSupportedException("The model computes nothing; use SoftmaxModel.");
}
