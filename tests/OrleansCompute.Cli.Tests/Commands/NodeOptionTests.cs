using OrleansCompute.Cli.Commands;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class NodeOptionTests
{
    [Fact]
    public void Read_WhenAllIsSaid_ReadsIt()
    {
        var node = NodeOption.Read("b=0.5,rack=r1,price=0.25,watts=90,cores=2.5,memory=8GiB,spot");
        Assert.Equal(("b", 0.5), (node.Name, Assert.Single(node.Accelerators).ComputeShareFraction));
        Assert.Equal(("r1", 0.25m, 90.0), (node.Host.Rack, node.Host.PricePerAcceleratorHour, node.Host.WattsPerAccelerator));
        Assert.Equal((2.5, 8L << 30, true), (node.Host.CpuCores, node.Host.MemoryBytes, node.Host.IsReclaimable));
    }

    [Fact]
    public void Read_WhenOnlyANameIsSaid_LeavesTheRestToBeMeasured()
    {
        var node = NodeOption.Read("a");
        Assert.Equal(("a", 1.0), (node.Name, node.Accelerators[0].ComputeShareFraction));
        Assert.Equal((null, null, "", null, false), (node.Host.CpuCores, node.Host.MemoryBytes, node.Host.Rack, node.Host.PricePerAcceleratorHour, node.Host.IsReclaimable));
    }

    [Fact]
    public void Read_WhenAKindIsSaid_ComputesWithThat()
    {
        // Every processor has these.
        var node = NodeOption.Read("b=0.5@cpu-scalar,rack=r1");
        Assert.Equal((SimdLevel.Scalar, 0.5, "r1"), (node.Accelerators[0].Level, node.Accelerators[0].ComputeShareFraction, node.Host.Rack));
        Assert.Equal(("a", SimdLevel.Scalar, 1.0), (NodeOption.Read("a@cpu-scalar").Name, NodeOption.Read("a@cpu-scalar").Accelerators[0].Level, NodeOption.Read("a@cpu-scalar").Accelerators[0].ComputeShareFraction));
        Assert.Equal(SimdSupport.Best, NodeOption.Read("a").Accelerators[0].Level);
        Assert.Equal(SimdSupport.Best, NodeOption.Read($"a@{new CpuDriver(SimdSupport.Best).Name}").Accelerators[0].Level);
        Assert.Contains("of kind 'h100'; allowed here: cpu-", Assert.Throws<CommandException>(() => NodeOption.Read("a@h100")).Message, StringComparison.Ordinal);
        Assert.Contains("of kind ''; allowed here: ", Assert.Throws<CommandException>(() => NodeOption.Read("a=0.5@")).Message, StringComparison.Ordinal);
        Assert.Contains("of kind 'cpu-scalar=0.5'; allowed here: ", Assert.Throws<CommandException>(() => NodeOption.Read("a@cpu-scalar=0.5")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A", "--node is 'A'; allowed: NAME or NAME=SHARE")]
    [InlineData("a=2", "--node is 'a=2'; allowed: NAME or NAME=SHARE")]
    [InlineData("a=0.5=1", "--node is 'a=0.5=1'")]
    [InlineData("a,rock=r1", "--node a has 'rock'; allowed: cores, memory, rack, price, watts, spot.")]
    [InlineData("a,rack=r1,rack=r2", "--node a has 'rack' twice; allowed: once.")]
    [InlineData("a,rack=", "--node a: rack has no value")]
    [InlineData("a,rack", "--node a: rack has no value")]
    [InlineData("a,rack=R1", "--node a: Rack is 'R1'; allowed: 1 to 64 characters")]
    [InlineData("a,spot=yes", "--node a: spot is 'yes'; it takes no value.")]
    [InlineData("a,price=-1", "--node a: price is '-1'; allowed: a sum")]
    [InlineData("a,price=1000001", "--node a: PricePerAcceleratorHour is 1000001; allowed: 0 to 1000000")]
    [InlineData("a,cores=0", "--node a: CpuCores is 0; allowed: above 0 to 65536.")]
    [InlineData("a,cores=many", "--node a: cores is 'many'; allowed: a number")]
    [InlineData("a,cores=1e3", "--node a: cores is '1e3'; allowed: a number")]
    [InlineData("a,watts=-1", "--node a: WattsPerAccelerator is -1; allowed: 0 to 100000")]
    [InlineData("a,memory=1", "--node a: memory is '1'; allowed 1048576 to 1125899906842624 bytes")]
    public void Read_WhenItMakesNoSense_SaysWhatIsAllowed(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<CommandException>(() => NodeOption.Read(text)).Message, StringComparison.Ordinal);
}
