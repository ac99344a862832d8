using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Grains.Tests.Accelerators;

public sealed class NodeOptionsValidatorTests
{
    [Fact]
    public void Validate_WhenSound_Succeeds() => Assert.True(Validate(new AcceleratorOptions()).Succeeded);

    [Fact]
    public void Validate_WhenThereAreNoAccelerators_Succeeds() => Assert.True(Validate().Succeeded);

    [Fact]
    public void Validate_WhenEverythingIsWrong_NamesAll()
    {
        var options = new NodeOptions { Name = "Node", Pool = "", MeasureFor = TimeSpan.Zero };
        options.Accelerators.Add(new AcceleratorOptions { Name = "cpu 0" });
        options.Accelerators.Add(new AcceleratorOptions { Name = "cpu1", Threads = 0 });
        options.Accelerators.Add(new AcceleratorOptions { Name = "cpu1", ComputeShareFraction = double.NaN });
        options.Accelerators.Add(new AcceleratorOptions { Name = "cpu2", Device = "", ScoreGflops = 0 });
        var failures = new NodeOptionsValidator().Validate(name: null, options).Failures!.ToList();
        Assert.Collection(
            failures,
            failure => Assert.StartsWith("Node:Name is 'Node'", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Pool is ''", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:MeasureFor is 00:00:00; allowed", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Accelerators:Name is 'cpu 0'", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Accelerators:cpu1:Threads is 0", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Accelerators:cpu1:ComputeShareFraction is NaN", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Accelerators:cpu2:ScoreGflops is 0", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Accelerators:cpu2:Device is empty", failure, StringComparison.Ordinal),
            failure => Assert.Equal("Node:Accelerators names 'cpu1' 2 times; allowed: once.", failure));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.01)]
    public void Validate_WhenTheShareIsOutOfRange_Fails(double share) =>
        Assert.True(Validate(new AcceleratorOptions { ComputeShareFraction = share }).Failed);

    [Fact]
    public void Validate_WhenTheMachineIsWrong_NamesAll()
    {
        var options = new NodeOptions
        {
            Name = "node", Host = new HostOptions { CpuCores = 0, MemoryBytes = 5, Rack = "R 1", PricePerAcceleratorHour = 1_000_001, WattsPerAccelerator = double.NaN },
        };
        Assert.Collection(
            new NodeOptionsValidator().Validate(name: null, options).Failures!,
            failure => Assert.StartsWith("Node:Host:Rack is 'R 1'", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Host:PricePerAcceleratorHour is 1000001; allowed: 0 to 1000000", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Host:WattsPerAccelerator is NaN", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Host:CpuCores is 0; allowed: above 0", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Node:Host:MemoryBytes is 5; allowed: 1048576 (1 MiB)", failure, StringComparison.Ordinal));
    }

    [Fact]
    public void Measured_WhenNothingIsSet_TakesTheMachineAndSharesIt()
    {
        var whole = new HostOptions { Rack = "r1" }.Measured();
        Assert.Equal((Environment.ProcessorCount, "r1"), (whole.CpuCores, whole.Rack));
        Assert.True(whole.MemoryBytes > 1 << 20);
        Assert.Empty(whole.Problems(""));
        Assert.Equal(Environment.ProcessorCount / 4.0, new HostOptions().Measured(4).CpuCores);
        Assert.Equal((3.0, 1L << 30), (new HostOptions { CpuCores = 3, MemoryBytes = 1 << 30 }.Measured(4).CpuCores, new HostOptions { CpuCores = 3, MemoryBytes = 1 << 30 }.Measured(4).MemoryBytes));
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(params AcceleratorOptions[] accelerators)
    {
        var options = new NodeOptions { Name = "node" };
        foreach (var accelerator in accelerators)
        {
            options.Accelerators.Add(accelerator);
        }

        return new NodeOptionsValidator().Validate(name: null, options);
    }
}
