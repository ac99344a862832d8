namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Settings of one step of gradient descent or LARS (<see cref="OptimiserSteps"/>).</summary>
public readonly record struct SgdStep
{
    /// <summary>Step size, applied to the velocity.</summary>
    public required float Rate { get; init; }

    /// <summary>Decay of the velocity, 0 to below 1; 0 for none.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether the step looks ahead along the velocity (Nesterov, in the form of Sutskever et al. 2013).</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay, added to the gradient; 0 for none.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Factor of the gradient and its decay as they enter the velocity: the local rate of LARS; 1 otherwise.</summary>
    public float RateInside { get; init; } = 1f;

    /// <summary>Factor of the gradient, for clipping or loss scaling without a pass of its own; 1 for none.</summary>
    public float GradientScale { get; init; } = 1f;

    /// <summary>A plain step.</summary>
    public SgdStep()
    {
    }
}
