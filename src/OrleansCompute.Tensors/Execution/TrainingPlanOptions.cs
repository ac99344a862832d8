namespace OrleansCompute.Tensors.Execution;

/// <summary>How a training plan is compiled. Immutable.</summary>
public sealed record TrainingPlanOptions
{
    /// <summary>Batch sizes whose kernels are kept, 1 to 1024; default 16: shares change every few steps and return to sizes seen before.</summary>
    public int MaxCachedPlans { get; init; } = 16;

    /// <summary>Called with offset and length of a parameter's gradient in the flat vector as soon as it is there; see <see cref="CompileOptions.OutputReady"/>. Only for accelerators in host memory.</summary>
    public Action<int, int>? GradientReady { get; init; }

    /// <summary>Values of the model (by name) that are kept for the backward pass; null: all. See <see cref="TrainingGraph.Create"/>.</summary>
    public IReadOnlyList<string>? Checkpoints { get; init; }

    /// <summary>Whether every result is searched for NaN and infinities. Slow. Default false.</summary>
    public bool ChecksFinite { get; init; }

    /// <summary>Kernels that may run at the same time; default 1.</summary>
    public int Streams { get; init; } = 1;
}
