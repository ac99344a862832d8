using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>The levels that this processor runs.</summary>
internal static class SimdLevels
{
    public static IReadOnlyList<SimdLevel> Supported { get; } =
        [.. Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported)];
}
