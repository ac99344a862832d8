using OrleansCompute.Cli.Commands;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class NodeArgumentsTests
{
    private static readonly (string Name, AcceleratorInfo Info)[] _devices =
    [
        ("cpu", new AcceleratorInfo("cpu", 0, "cpu Vector512", 1 << 30, 8, IsHostMemory: true)),
        ("ilgpu", new AcceleratorInfo("ilgpu", 0, "Cuda: NVIDIA T4", 1 << 30, 40, IsHostMemory: false)),
        ("ilgpu:1", new AcceleratorInfo("ilgpu", 1, "CPU: CPUAccelerator", 1 << 30, 8, IsHostMemory: false)),
    ];

    [Fact]
    public void Plan_WithoutNames_OffersTheProcessorAndEveryDevice()
    {
        var node = NodeArguments.Plan([], [], _devices, "here", 4);

        Assert.Equal(["cpu0 = cpu", "ilgpu = ilgpu"], node.Accelerators.Select(accelerator => $"{accelerator.Name} = {accelerator.Device}"));
        Assert.All(node.Accelerators, accelerator => Assert.Null(accelerator.ScoreGflops));
    }

    [Fact]
    public void Plan_WithCards_CountsWithTheLastOfEachAccelerator()
    {
        var node = NodeArguments.Plan(
            ["cpu", "ilgpu:1"], [Card("cpu", "cpu Vector512, 4 threads", 4, 90), Card("cpu", "cpu Vector512, 4 threads", 4, 100)], _devices, "here", 4);

        Assert.Equal(["cpu0 100", "ilgpu-1 "], node.Accelerators.Select(accelerator => $"{accelerator.Name} {accelerator.ScoreGflops}"));
    }

    [Theory]
    [InlineData("cpu", "cpu Vector256", 4, 100, "'cpu Vector512' now")]
    [InlineData("cpu", "cpu Vector512", 2, 100, "2 threads; the node uses 4")]
    [InlineData("ilgpu", "Cuda: NVIDIA A100", 4, 100, "'Cuda: NVIDIA T4' now")]
    [InlineData("ilgpu", "Cuda: NVIDIA T4", 4, 0, "must be above 0")]
    [InlineData("ilgpu", "Cuda: NVIDIA T4", 4, double.NaN, "must be above 0")]
    public void Plan_WithACardOfSomethingElse_IsRefused(string name, string device, int threads, double score, string part)
    {
        var error = Assert.Throws<CommandException>(() => NodeArguments.Plan([name], [Card(name, device, threads, score)], _devices, "here", 4));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_WithACardOfAnotherNode_IsRefused()
    {
        var error = Assert.Throws<CommandException>(() => NodeArguments.Plan([], [Card("cpu", "cpu Vector512", 4, 1)], _devices, "there", 4));

        Assert.Contains("'here'; this machine is 'there'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npu")]
    [InlineData("ilgpu:7")]
    public void Plan_WithAnAcceleratorThatIsNotThere_NamesThoseThatAre(string name)
    {
        var error = Assert.Throws<CommandException>(() => NodeArguments.Plan([name], [], _devices, "here", 4));

        Assert.Contains($"'{name}'; allowed here: cpu, ilgpu, ilgpu:1", error.Message, StringComparison.Ordinal);
    }

    private static ScoreCard Card(string name, string device, int threads, double score) =>
        new(1, "here", name, device, "kernels", threads, DateTimeOffset.UnixEpoch, score, []);
}
