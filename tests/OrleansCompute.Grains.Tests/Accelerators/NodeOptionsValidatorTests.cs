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
