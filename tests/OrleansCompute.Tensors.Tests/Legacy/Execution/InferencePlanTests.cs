using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;
using OrleansCompute.Tensors.Tests.Kernels;

namespace OrleansCompute.Tensors.Tests.Legacy.Execution;

public sealed class InferencePlanTests
{
    [Fact]
    public void Run_WhenBatchVaries_MatchesReferenceAndSumsToOne()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(1));
        using var reference = KernelSets.CreateReference();
        using var expectedPlan = new InferencePlan(graph, parameters, reference, 6);
        var inputs = KernelAssert.Random(new Random(2), 6 * 784);
        float[] expected = new float[60], actual = new float[60];
        expectedPlan.Run(inputs, 6, expected);
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported))
        {
            using var kernels = KernelSets.Create(level);
            using var plan = new InferencePlan(graph, parameters, kernels, 6);
            foreach (var batch in new[] { 6, 1, 3, 0 })
            {
                plan.Run(inputs.AsSpan(0, batch * 784), batch, actual);
                KernelAssert.Close(expected.AsSpan(0, batch * 10), actual.AsSpan(0, batch * 10), $"{kernels.Name} batch {batch}", 1e-5f);
            }

            Assert.All(actual.Chunk(10), row => Assert.Equal(1f, row.Sum(), 1e-5f));
        }
    }

    [Fact]
    public void Run_WhenInSteadyState_AllocatesNothing()
    {
        using var kernels = KernelSets.Create(SimdSupport.Best);
        var graph = NetworkBuilder.CreateReferenceCnn();
        using var plan = new InferencePlan(graph, graph.CreateParameters(new Random(1)), kernels, 4);
        float[] inputs = new float[4 * 784], outputs = new float[40];
        AllocationAssert.None(() =>
        {
            plan.Run(inputs, 4, outputs);
            plan.Run(inputs.AsSpan(0, 784), 1, outputs);
        });
    }

    [Fact]
    public void Constructor_WhenParametersDoNotFit_NamesBothLengths()
    {
        using var kernels = KernelSets.Create(SimdLevel.Scalar);
        var message = Assert.Throws<ShapeMismatchException>(
            () => new InferencePlan(NetworkBuilder.CreateReferenceCnn(), new float[3], kernels, 1)).Message;
        Assert.Contains("[3]", message, StringComparison.Ordinal);
        Assert.Contains("[215370]", message, StringComparison.Ordinal);
    }
}
