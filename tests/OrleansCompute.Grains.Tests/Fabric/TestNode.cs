using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>A node with one accelerator, <c>cpu0</c>.</summary>
public sealed record TestNode(string Name, SimdLevel Level = SimdLevel.Scalar, double ShareFraction = 1, string Device = "cpu", double? ScoreGflops = null)
{
    /// <summary>Its machine; without limits of its own the one that tests run on.</summary>
    public HostOptions Host { get; init; } = new();
}
