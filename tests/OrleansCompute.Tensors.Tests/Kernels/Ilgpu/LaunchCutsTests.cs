using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Ilgpu;

/// <summary>Kernels that take more than one launch: 39 and 42 million multiply-adds.</summary>
public sealed class LaunchCutsTests
{
    private static readonly ConvOperator Convolution =
        new(new ConvolutionAttributes(new WindowAttributes(null, IntList.Create([1, 1]), IntList.Create([1, 1, 1, 1]))));

    [Theory]
    [InlineData("product")]
    [InlineData("convolution")]
    public void Run_OfSeveralLaunches_GivesWhatTheProcessorGives(string name)
    {
        using var device = Open();
        using var cpu = new CpuAccelerator();
        var (@operator, inputs) = Problem(name);
        using var result = Run(device, @operator, inputs, new RunScope());
        var expected = new NodeRunner(cpu).Run(@operator, inputs, new RunScope())[0];
        using var host = Tensor.Zeros(result.Type);
        device.CopyToHost(result, host);
        var (wanted, actual) = (HostElements.Reals(expected), HostElements.Reals(host));
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.True(Math.Abs(wanted[i] - actual[i]) <= 1e-3, $"{name}, element {i}: {actual[i]}, the processor gives {wanted[i]}");
        }
    }

    [Theory]
    [InlineData("product")]
    [InlineData("convolution")]
    public void Run_WhenCancelled_EndsAfterOneLaunchAndReturnsItsMemory(string name)
    {
        using var device = Open();
        var (@operator, inputs) = Problem(name);
        Tensor[] moved = [.. inputs.Select(input => Move(device, input))];
        var used = device.Monitor.Read().MemoryUsedBytes;
        var scope = new RunScope();
        scope.Begin(new CancellationToken(canceled: true));

        Assert.Throws<OperationCanceledException>(() => new NodeRunner(device).Run(@operator, moved, scope));

        Assert.Equal(used, device.Monitor.Read().MemoryUsedBytes);
    }

    private static IAccelerator Open()
    {
        var driver = new IlgpuDriver();
        return driver.Open(driver.Enumerate()[^1], new AcceleratorOptions());
    }

    private static (Operator Operator, Tensor[] Inputs) Problem(string name) => name == "product"
        ? (new MatMulOperator(), [OperatorCase.Normal(1, 330, 350), OperatorCase.Normal(2, 350, 340)])
        : (Convolution, [OperatorCase.Normal(3, 1, 24, 90, 90), OperatorCase.Normal(4, 24, 24, 3, 3)]);

    private static Tensor Run(IAccelerator device, Operator @operator, Tensor[] inputs, RunScope scope) =>
        new NodeRunner(device).Run(@operator, [.. inputs.Select(input => Move(device, input))], scope)[0];

    private static Tensor Move(IAccelerator device, Tensor host)
    {
        var moved = device.Memory.Allocate(host.Type);
        device.CopyToDevice(host, moved);
        return moved;
    }
}
