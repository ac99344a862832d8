using OrleansCompute.Gateway.Jobs;

namespace OrleansCompute.Gateway.Tests.Jobs;

public sealed class ResourceSpecYamlTests
{
    [Fact]
    public void Parse_WhenEverythingIsGiven_ReadsIt()
    {
        var resources = Parse(
            "{ fraction: { compute: 0.25, memory: 512MB }, priority: 5, deadline: 1.5h, budget: 12.50, preemptible: false, mixTypes: false, minRunSeconds: 30 }")
            .Spec!.Resources;
        Assert.Equal((0.25, 512_000_000L), (resources.Fraction!.Compute, resources.Fraction.MemoryBytes));
        Assert.Equal((5, TimeSpan.FromHours(1.5), 12.5m), (resources.Priority, resources.Deadline, resources.Budget));
        Assert.Equal((false, false, 30.0), (resources.Preemptible, resources.MixTypes, resources.MinRunSeconds));
    }

    [Fact]
    public void Parse_WhenNothingIsGiven_MayMixBePreemptedAndTakesWholeOnes()
    {
        var resources = Parse("{ minAccelerators: 1, maxAccelerators: 3 }").Spec!.Resources;
        Assert.Null(resources.Fraction);
        Assert.Equal((true, true, 0), (resources.Preemptible, resources.MixTypes, resources.Priority));
    }

    [Fact]
    public void Parse_WhenMoreThanAcceleratorsIsWanted_ReadsIt()
    {
        var resources = Parse("{ cpuCoresPerAccelerator: 2.5, hostMemoryPerAccelerator: 4GiB, nearNodes: [a, b], affinity: { group: pair, apart: true } }").Spec!.Resources;
        Assert.Equal((2.5, 4L << 30), (resources.CpuCoresPerAccelerator, resources.HostMemoryBytesPerAccelerator));
        Assert.Equal(["a", "b"], resources.NearNodes.AsEnumerable());
        Assert.Equal(("pair", true), (resources.Affinity!.Group, resources.Affinity.Apart));
        Assert.False(Parse("{ affinity: { group: pair } }").Spec!.Resources.Affinity!.Apart);
    }

    [Theory]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("1.5 GB", 1_500_000_000)]
    [InlineData("1048576", 1 << 20)]
    public void Parse_WhenMemoryHasAUnit_CountsBytes(string memory, long bytes) =>
        Assert.Equal(bytes, Parse($"{{ fraction: {{ compute: 0.5, memory: {memory} }} }}").Spec!.Resources.Fraction!.MemoryBytes);

    [Theory]
    [InlineData("{ fraction: { compute: 1.5, memory: 1GB } }", "resources.fraction.compute at line 8, column 35 is 1.5; allowed: 0.01 to below 1")]
    [InlineData("{ fraction: { compute: -0.5, memory: 1GB } }", "is -0.5; allowed: 0.01 to below 1")]
    [InlineData("{ fraction: { compute: .nan, memory: 1GB } }", "is '.nan'; allowed: a number")]
    [InlineData("{ fraction: { compute: 0.5, memory: 12 } }", "resources.fraction.memory at line 8, column 48 is 12; allowed: 1048576 (1 MiB) to")]
    [InlineData("{ fraction: { compute: 0.5, memory: lots } }", "is 'lots'; allowed: a size with its unit")]
    [InlineData("{ fraction: { compute: 0.5 } }", "memory is missing")]
    [InlineData("{ fraction: { compute: 0.5, memory: 1GB }, minAccelerators: 2 }", "allowed: 1 with a fraction, which is of one accelerator")]
    [InlineData("{ deadline: soon }", "resources.deadline at line 8, column 24 is 'soon'; allowed: a time with its unit")]
    [InlineData("{ deadline: 0s }", "allowed: above 0 to 366 days after submission")]
    [InlineData("{ budget: -1 }", "is -1; allowed: above 0 to 1000000000")]
    [InlineData("{ budget: much }", "is 'much'; allowed: a sum of money")]
    [InlineData("{ priority: 1001 }", "resources.priority at line 8, column 24 is 1001; allowed: -1000 to 1000")]
    [InlineData("{ mixTypes: maybe }", "is 'maybe'; allowed: true, false")]
    [InlineData("{ minRunSeconds: 90000 }", "is 90000; allowed: 0 to 86400")]
    [InlineData("{ fractoin: 1 }", "is no field; allowed: minAccelerators, maxAccelerators, kinds, fraction, priority, deadline, budget, preemptible, mixTypes, minRunSeconds, cpuCoresPerAccelerator, hostMemoryPerAccelerator, nearNodes, affinity")]
    [InlineData("{ cpuCoresPerAccelerator: -1 }", "resources.cpuCoresPerAccelerator at line 8, column 38 is -1; allowed: 0 to 1024")]
    [InlineData("{ cpuCoresPerAccelerator: .inf }", "allowed: a number")]
    [InlineData("{ hostMemoryPerAccelerator: 17TiB }", "is 18691697672192; allowed: 0 to 17592186044416 bytes (16 TiB)")]
    [InlineData("{ hostMemoryPerAccelerator: much }", "is 'much'; allowed: a size with its unit")]
    [InlineData("{ nearNodes: [No Node] }", "resources.nearNodes at line 8, column 25 is 'No Node'; allowed: 1 to 64 characters")]
    [InlineData("{ nearNodes: a }", "allowed: a list of up to 64 texts")]
    [InlineData("{ affinity: { group: G } }", "resources.affinity.group at line 8, column 33 is 'G'; allowed: 1 to 64 characters")]
    [InlineData("{ affinity: { apart: true } }", "group is missing")]
    public void Parse_WhenAValueIsWrong_NamesPlaceValueAndRange(string resources, string problem) =>
        Assert.Contains(problem, string.Join("\n", Parse(resources).Problems), StringComparison.Ordinal);

    private static JobSpecYamlResult Parse(string resources) => JobSpecYaml.Parse(
        $$"""
        tenant: acme
        name: job
        model:
          name: net
          input: [1, 4, 4]
          layers: [dense: { units: 3 }]
        data: { dataset: d }
        resources: {{resources}}
        training: { epochs: 1, batchSize: 2 }
        """);
}
