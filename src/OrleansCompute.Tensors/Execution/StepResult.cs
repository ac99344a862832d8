namespace OrleansCompute.Tensors.Execution;

/// <summary>What one training call found. Immutable.</summary>
/// <param name="LossSum">Sum of the rows' losses, in nats.</param>
/// <param name="Correct">Rows whose largest logit was the label's.</param>
/// <param name="Count">Rows: samples of a classifier, tokens of a language model.</param>
public readonly record struct StepResult(double LossSum, int Correct, int Count);
