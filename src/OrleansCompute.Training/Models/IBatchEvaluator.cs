namespace OrleansCompute.Training.Models;

/// <summary>Scores samples with a model's parameters as they were when it was created. Not thread-safe.</summary>
public interface IBatchEvaluator : IDisposable
{
    /// <summary>Computes losses, without gradients.</summary>
    /// <param name="inputs">labels.Length x the model's sample length values.</param>
    /// <param name="labels">1 to the model's largest batch of class numbers.</param>
    BatchScore Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels);
}
