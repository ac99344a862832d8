namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>What one training call found. Immutable.</summary>
/// <param name="LossSum">Sum of the samples' losses, in nats.</param>
/// <param name="Correct">Samples whose largest logit was the label's.</param>
/// <param name="Count">Samples.</param>
public readonly record struct StepResult(double LossSum, int Correct, int Count);
