using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Silo;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Cli.Demo;

/// <summary>
/// Three nodes of deliberately different strength: other kernels and other enforced shares of one core each. Together they ask for 1.7
/// cores, so that two cores can honour every share and have room for the server.
/// </summary>
internal static class DemoNodes
{
    public static IReadOnlyList<NodeSetup> Create() =>
    [
        Node("large", SimdLevel.Vector512, 0.8),
        Node("medium", SimdLevel.Vector256, 0.6),
        Node("small", SimdLevel.Vector256, 0.3),
    ];

    // On a processor without the wide vectors the node takes the widest that it has.
    private static NodeSetup Node(string name, SimdLevel level, double share) => new(
        name,
        [
            new AcceleratorOptions
            {
                Name = "cpu0",
                Level = SimdSupport.IsSupported(level) ? level : SimdSupport.Best,
                Threads = 1,
                ComputeShareFraction = share,
            },
        ]);
}
