namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The numbers of one optimiser step, the rate with all corrections in it. Those that a step does not have are not read.</summary>
internal readonly struct UpdateRule
{
    public required float Rate { get; init; }

    /// <summary>Weight decay inside the gradient.</summary>
    public required float Norm { get; init; }

    public float Alpha { get; init; }

    public float Beta { get; init; }

    public float Epsilon { get; init; }

    /// <summary>What is kept of the parameter after the step.</summary>
    public float Kept { get; init; }

    public bool IsNesterov { get; init; }
}
