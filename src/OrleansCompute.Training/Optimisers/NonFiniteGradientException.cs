namespace OrleansCompute.Training.Optimisers;

/// <summary>A gradient has NaN or infinite values where a step cannot go on with them.</summary>
/// <param name="message">Which step, and what to do.</param>
public sealed class NonFiniteGradientException(string message) : ArithmeticException(message);
