namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Settings of one step of Adam, AdamW or LAMB (<see cref="OptimiserSteps"/>).</summary>
public readonly record struct AdamStep
{
    /// <summary>Step size.</summary>
    public required float Rate { get; init; }

    /// <summary>Decay of the mean of gradients, 0 to below 1.</summary>
    public required float Beta1 { get; init; }

    /// <summary>Decay of the mean of squared gradients, 0 to below 1.</summary>
    public required float Beta2 { get; init; }

    /// <summary>Keeps the divisor from zero.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Number of this step, from 1: for the bias correction.</summary>
    public required long Step { get; init; }

    /// <summary>Weight decay; 0 for none.</summary>
    public float WeightDecay { get; init; }

    /// <summary>
    /// Whether the decay acts on the parameters (AdamW, Loshchilov and Hutter 2019) or is added to the gradient (Adam). LAMB always adds
    /// it to the update.
    /// </summary>
    public bool Decoupled { get; init; }

    /// <summary>Factor of the gradient, for clipping or loss scaling without a pass of its own; 1 for none.</summary>
    public float GradientScale { get; init; } = 1f;

    /// <summary>A step without weight decay and with the gradient as it is.</summary>
    public AdamStep()
    {
    }
}
