using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>Softmax regression, differentiated by hand in double precision: the slow, obvious reference.</summary>
internal sealed class SoftmaxModel : IGradientModel, IBatchEvaluator
{
    private readonly float[] _parameters;
    private readonly float[] _gradients;

    public SoftmaxModel(int sampleLength, int classCount, int maxBatchSize = 7, int seed = 1)
    {
        (SampleLength, ClassCount, MaxBatchSize) = (sampleLength, classCount, maxBatchSize);
        var random = new Random(seed);
        _parameters = [.. Enumerable.Range(0, (sampleLength + 1) * classCount).Select(_ => (random.NextSingle() - 0.5f) * 0.1f)];
        _gradients = new float[_parameters.Length];
    }

    public int SampleLength { get; }

    public int ClassCount { get; }

    public int MaxBatchSize { get; }

    public Memory<float> Parameters => _parameters;

    public ReadOnlyMemory<float> Gradients => _gradients;

    public Action<int, int>? GradientReady { get; set; }

    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        Array.Clear(_gradients);
        return Run(inputs, labels, backward: true);
    }

    public BatchScore Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels) => Run(inputs, labels, backward: false);

    public IBatchEvaluator CreateEvaluator()
    {
        var copy = new SoftmaxModel(SampleLength, ClassCount, MaxBatchSize);
        Parameters.CopyTo(copy.Parameters);
        return copy;
    }

    public void Dispose()
    {
        // Holds memory only.
    }

    private BatchScore Run(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, bool backward)
    {
        Assert.InRange(labels.Length, 1, MaxBatchSize);
        Assert.Equal(labels.Length * SampleLength, inputs.Length);
        var score = default(BatchScore);
        for (var n = 0; n < labels.Length; n++)
        {
            var x = inputs.Slice(n * SampleLength, SampleLength);
            var logits = new double[ClassCount];
            for (var c = 0; c < ClassCount; c++)
            {
                logits[c] = _parameters[(c * (SampleLength + 1)) + SampleLength];
                for (var i = 0; i < SampleLength; i++)
                {
                    logits[c] += _parameters[(c * (SampleLength + 1)) + i] * (double)x[i];
                }
            }

            var sum = logits.Sum(Math.Exp);
            var best = Array.IndexOf(logits, logits.Max());
            score += new BatchScore(Math.Log(sum) - logits[labels[n]], best == labels[n] ? 1 : 0, 1);
            for (var c = 0; backward && c < ClassCount; c++)
            {
                var delta = (Math.Exp(logits[c]) / sum) - (c == labels[n] ? 1 : 0);
                for (var i = 0; i < SampleLength; i++)
                {
                    _gradients[(c * (SampleLength + 1)) + i] += (float)(delta * x[i]);
                }

                _gradients[(c * (SampleLength + 1)) + SampleLength] += (float)delta;

                // The second class keeps to itself that it is ready, as models may.
                if (n == labels.Length - 1 && c != 1)
                {
                    GradientReady?.Invoke(c * (SampleLength + 1), SampleLength + 1);
                }
            }
        }

        return score;
    }
}
