namespace OrleansCompute.Tensors.Execution;

/// <summary>How a session compiles and runs its graph. Immutable.</summary>
public sealed record GraphSessionOptions
{
    /// <summary>Combinations of input sizes whose plans are kept, 1 to 1024; the one not used for the longest time makes room. Default 16.</summary>
    public int MaxPlans { get; init; } = 16;

    /// <summary>Kernels that may run at the same time; see <see cref="CompileOptions.Streams"/>. Default 1.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>Limits of each run.</summary>
    public RunLimits Limits { get; init; } = new();
}
