namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>What a <see cref="RandomOperator"/> draws.</summary>
public enum RandomDistribution
{
    /// <summary>Normal numbers with a mean and a standard deviation.</summary>
    Normal,

    /// <summary>Numbers between two bounds, the upper one left out, all as likely.</summary>
    Uniform,
}
