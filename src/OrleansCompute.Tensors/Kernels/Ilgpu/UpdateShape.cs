namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>The constant numbers of an optimiser step, for device code.</summary>
internal readonly struct UpdateShape
{
    /// <summary>Decay of the first state; of Adagrad's rate.</summary>
    public float Alpha { get; init; }

    public float Beta { get; init; }

    public float Epsilon { get; init; }

    public float Norm { get; init; }

    /// <summary>What is kept of the parameter after the step.</summary>
    public float Kept { get; init; }
}
