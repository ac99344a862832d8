using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs.Passes;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

/// <summary>Every pass, on graphs drawn at random: the result computes what the graph computed.</summary>
public sealed class PassPropertyTests
{
    public static TheoryData<string> Passes => [.. All.Select(pass => pass.Name)];

    private static IEnumerable<IGraphPass> All
    {
        get
        {
            using var cpu = new CpuAccelerator();
            return [.. GraphOptimiser.General, .. cpu.Binding.Passes];
        }
    }

    [Theory]
    [MemberData(nameof(Passes))]
    public void Run_OnRandomGraphs_ComputesTheSame(string name)
    {
        var pass = All.First(pass => pass.Name == name);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(RandomGraphs.Seeds, seed =>
            {
                var graph = RandomGraphs.Draw(seed);
                RandomGraphs.AssertSame(graph, pass.Run(graph));
            }));
    }

    [Fact]
    public void Optimise_OnRandomGraphs_ComputesTheSameWithNoMoreNodes()
    {
        using var cpu = new CpuAccelerator();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(RandomGraphs.Seeds, seed =>
            {
                var graph = RandomGraphs.Draw(seed);
                var optimised = GraphOptimiser.Optimise(graph, cpu);
                Assert.True(optimised.Nodes.Count <= graph.Nodes.Count, $"{optimised.Nodes.Count} nodes of {graph.Nodes.Count}.");
                RandomGraphs.AssertSame(graph, optimised);
            }));
    }

    [Theory]
    [MemberData(nameof(Passes))]
    public void Run_OnItsOwnResult_ChangesNothing(string name)
    {
        var pass = All.First(pass => pass.Name == name);
        var graph = GraphOptimiser.Run(RandomGraphs.Draw(7), [pass]);

        Assert.Same(graph, pass.Run(graph));
    }
}
