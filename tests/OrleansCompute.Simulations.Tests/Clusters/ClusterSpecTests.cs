using OrleansCompute.Simulations.Clusters;

namespace OrleansCompute.Simulations.Tests.Clusters;

public sealed class ClusterSpecTests
{
    [Fact]
    public void Parse_WhenSeveralTypes_KeepsTheirOrderAndNumbers()
    {
        var cluster = ClusterSpec.Parse("aws:6x4, dgx-ext:2x8,rtx:3x8");
        NodeGroup[] expected = [new("aws", 6, 4), new("dgx-ext", 2, 8), new("rtx", 3, 8)];
        Assert.Equal(expected, cluster.Groups.AsEnumerable());
        Assert.Equal(64, cluster.Accelerators);
    }

    [Fact]
    public void Parse_WhenPriceAndPowerFollow_GivesThemToTheNodes()
    {
        var node = ClusterSpec.Parse("A100:2x8,T4:16x4@0.35/70").ToSnapshot().Nodes[^1];
        Assert.Equal((0.35, 70.0), (node.PricePerAcceleratorHour, node.WattsPerAccelerator));
        Assert.Contains("'T4:1x1@3' has no price and power", Assert.Throws<FormatException>(() => ClusterSpec.Parse("T4:1x1@3")).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 1000000", Assert.Throws<FormatException>(() => ClusterSpec.Parse("T4:1x1@-1/70")).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("T4:16x4"), InlineData("aws:6x4,dgx-ext:2x8,rtx:3x8"), InlineData("T4:16x4@0.35/70,A100:1x8")]
    public void ToString_OfAParsedCluster_IsItsText(string text) => Assert.Equal(text, ClusterSpec.Parse(text).ToString());

    [Theory]
    [InlineData("", "''")]
    [InlineData("T4", "'T4'")]
    [InlineData(":16x4", "':16x4'")]
    [InlineData("T4:16", "'T4:16'")]
    [InlineData("T4:-1x4", "'T4:-1x4'")]
    [InlineData("T4:0x4", "0 nodes; allowed 1 to 100000")]
    [InlineData("T4:1x0", "0 accelerators per node; allowed 1 to 1024")]
    [InlineData("T4:1x4,T4:2x4", "'T4' twice")]
    [InlineData("a:60000x1,b:60000x1", "more than 100000 nodes")]
    [InlineData("T4:99999999999x4", "'T4:99999999999x4'")]
    public void Parse_WhenTheTextIsWrong_NamesThePart(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ClusterSpec.Parse(text)).Message, StringComparison.Ordinal);
}
