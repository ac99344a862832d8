using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>An accelerator that a node offers.</summary>
public sealed record AcceleratorOptions
{
    /// <summary>Name, unique on the node, in the form of every name. Default <c>cpu0</c>.</summary>
    public string Name { get; init; } = "cpu0";

    /// <summary>
    /// Name by which <see cref="AcceleratorCatalogue"/> opens the device, such as <c>ilgpu</c> or <c>ilgpu:1</c>. Default <c>cpu</c>: the
    /// processor, with <see cref="Level"/> and <see cref="Threads"/>.
    /// </summary>
    public string Device { get; init; } = AcceleratorCatalogue.Best;

    /// <summary>
    /// Speed of the whole device from a score card that was measured before, in 10⁹ floating-point operations a second, above 0. Default null: it
    /// is measured when the node starts.
    /// </summary>
    public double? ScoreGflops { get; init; }

    /// <summary>Vector instructions of its kernels. Default: the widest that the processor has.</summary>
    public SimdLevel Level { get; init; } = SimdSupport.Best;

    /// <summary>Threads that compute, 1 to 256. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Enforced share of the compute time, above 0 to 1. Default 1.</summary>
    public double ComputeShareFraction { get; init; } = 1;
}
