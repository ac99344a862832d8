using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class NodeReportTests
{
    private static readonly NodeSnapshot Sound = new PoolSamples().Node("a", ("k", 10), ("j", 5)).State.Nodes["a"] with
    {
        Host = new HostDescription { CpuCores = 64, MemoryBytes = 1L << 38, Rack = "r1", PricePerAcceleratorHour = 2.5m, WattsPerAccelerator = 400, IsReclaimable = true },
    };

    [Fact]
    public void Problem_WhenAllMakesSense_IsNull()
    {
        Assert.Null(NodeReport.Problem(Sound));
        Assert.Null(NodeReport.Problem(Sound with { Host = null }));
        Assert.Null(NodeReport.Problem(Sound with { Accelerators = [] }));
    }

    public static TheoryData<string, HostDescription> Hosts() => new()
    {
        { "node.host.CpuCores is NaN; allowed: 0 to 65536.", new HostDescription { CpuCores = double.NaN } },
        { "node.host.CpuCores is -1; allowed: 0 to 65536.", new HostDescription { CpuCores = -1 } },
        { "node.host.MemoryBytes is -5; allowed: 0 to 1125899906842624 (1 PiB).", new HostDescription { MemoryBytes = -5 } },
        { "node.host.MemoryBytes is 9223372036854775807; allowed", new HostDescription { MemoryBytes = long.MaxValue } },
        { "node.host.Rack is 'Rack 1'; allowed: 1 to 64 characters", new HostDescription { Rack = "Rack 1" } },
        { "node.host.Rack is ''; allowed: 1 to 64 characters", new HostDescription { Rack = null! } },
        { "node.host.PricePerAcceleratorHour is -0.01; allowed: 0 to 1000000, or none.", new HostDescription { PricePerAcceleratorHour = -0.01m } },
        { "node.host.WattsPerAccelerator is Infinity; allowed: 0 to 100000 (0: not known).", new HostDescription { WattsPerAccelerator = double.PositiveInfinity } },
    };

    [Theory, MemberData(nameof(Hosts))]
    public void Problem_WhenTheMachineMakesNoSense_NamesItsNumber(string expected, HostDescription host) =>
        Assert.StartsWith(expected, NodeReport.Problem(Sound with { Host = host }), StringComparison.Ordinal);

    [Fact]
    public void Problem_WhenDatasetsMakeNoSense_SaysSo()
    {
        Assert.Null(NodeReport.Problem(Sound with { Datasets = [.. Enumerable.Repeat(new string('f', 129), 64)] }));
        Assert.Null(NodeReport.Problem(Sound with { Datasets = default }));
        Assert.Equal("node.datasets (count) is 65; allowed: 0 to 64.", NodeReport.Problem(Sound with { Datasets = [.. Enumerable.Repeat("f", 65)] }));
        Assert.StartsWith("node.datasets has one that is empty or longer", NodeReport.Problem(Sound with { Datasets = ["f", new string('f', 161)] }), StringComparison.Ordinal);
        Assert.StartsWith("node.datasets has one that is empty or longer", NodeReport.Problem(Sound with { Datasets = [""] }), StringComparison.Ordinal);
        Assert.NotNull(NodeReport.Problem(Sound with { Datasets = [null!] }));
    }

    [Fact]
    public void Problem_WhenAcceleratorsMakeNoSense_NamesEach()
    {
        Assert.Equal("node.accelerators.acc0.scoreGflops is NaN; allowed: 0 to 1000000000000.", With(about => about with { ScoreGflops = double.NaN }));
        Assert.Equal("node.accelerators.acc0.computeShareFraction is 2; allowed: above 0 to 1.", With(about => about with { ComputeShareFraction = 2 }));
        Assert.Equal("node.accelerators.acc0.threads is 0; allowed: 1 to 65536.", With(about => about with { Threads = 0 }));
        Assert.Equal("node.accelerators.acc0.memoryBytes is -1; allowed: 0 or more.", With(about => about with { MemoryBytes = -1 }));
        Assert.Equal("node.accelerators.acc0.kind (characters) is 129; allowed: 1 to 128.", With(about => about with { Kind = new string('k', 129) }));
        Assert.Equal("node.accelerators names 'acc1' 2 times; allowed: once.", With(about => about with { Name = "acc1" }));
        Assert.Contains("node.accelerators.name is 'ACC'", With(about => about with { Name = "ACC" }), StringComparison.Ordinal);
        var many = Sound with { Accelerators = [.. Enumerable.Range(0, 1025).Select(i => Sound.Accelerators[0] with { Accelerator = Sound.Accelerators[0].Accelerator with { Name = $"a{i}" } })] };
        Assert.Equal("node.accelerators (count) is 1025; allowed: 0 to 1024.", NodeReport.Problem(many));
        var all = NodeReport.Problem(many with { Accelerators = [.. many.Accelerators.Take(100).Select(slot => slot with { FenceId = -1 })] })!;
        Assert.EndsWith("And 84 more.", all, StringComparison.Ordinal);

        Assert.Equal("node.accelerators has one that is null; allowed: descriptions.", NodeReport.Problem(Sound with { Accelerators = [null!] }));
        Assert.NotNull(NodeReport.Problem(Sound with { Name = null!, Accelerators = default }));

        static string? With(Func<AcceleratorDescription, AcceleratorDescription> change) => NodeReport.Problem(Sound with
        {
            Accelerators = Sound.Accelerators.SetItem(0, Sound.Accelerators[0] with { Accelerator = change(Sound.Accelerators[0].Accelerator) }),
        });
    }
}
