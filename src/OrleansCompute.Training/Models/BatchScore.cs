namespace OrleansCompute.Training.Models;

/// <summary>How a model did on some samples. Adds up over batches and workers.</summary>
/// <param name="LossSum">Sum of the samples' losses (cross-entropy, natural logarithm).</param>
/// <param name="Correct">Samples whose most likely class is the label.</param>
/// <param name="Count">Samples.</param>
public readonly record struct BatchScore(double LossSum, int Correct, int Count)
{
    /// <summary>Mean loss; NaN for no samples.</summary>
    public double Loss => LossSum / Count;

    /// <summary>Correct part, 0 to 1; NaN for no samples.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Both together.</summary>
    public static BatchScore operator +(BatchScore left, BatchScore right) =>
        new(left.LossSum + right.LossSum, left.Correct + right.Correct, left.Count + right.Count);

    /// <inheritdoc cref="op_Addition"/>
    public BatchScore Add(BatchScore other) => this + other;
}
