namespace OrleansCompute.Training.Optimisers;

/// <summary>One layer's tensor in the flat vector, as optimisers with a rate per layer see it. Immutable.</summary>
/// <param name="Offset">First value, 0 or more.</param>
/// <param name="Length">Values, 1 or more.</param>
/// <param name="IsWeight">
/// Whether it is a matrix or a filter: weight decay and trust ratios act on those only. Biases and the scales of normalisations have norms
/// that say nothing about their layer (You et al. 2017, section 5; the reference code of LAMB leaves them out as well).
/// </param>
public readonly record struct ParameterSlice(int Offset, int Length, bool IsWeight = true);
