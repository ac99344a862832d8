using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Sampling;

public sealed class DftOperatorTests
{
    // A prime: it goes by a convolution, whose plan alone takes 12 MB.
    private const int Length = 131101;

    [Fact]
    public void Infer_OfALengthThatIsTooLong_SaysWhichMayBe()
    {
        using var accelerator = new CpuAccelerator(SimdSupport.Best, 1);
        Tensor[] inputs = [Tensor.Zeros(TensorType.Real(1, 4, 1)), Tensor.Scalar((1L << 26) + 1)];

        var message = Assert.Throws<ShapeMismatchException>(() => new NodeRunner(accelerator).Run(new DftOperator(), inputs, new RunScope())).Message;

        Assert.EndsWith("length 67108865; the last dimension must be 1 or 2, the axis another, the length 1 to 67108864.", message.Replace("axis 1, ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithMoreScratchThanTheBudget_IsRefusedAndCountsNothing()
    {
        Tensor[] inputs = [OperatorCase.Normal(1, 1, Length, 1)];
        var bytes = FourierPlan.Bytes(Length, 1, 1);
        using var small = new CpuAccelerator(SimdSupport.Best, 1, memoryBudgetBytes: bytes);
        using var large = new CpuAccelerator(SimdSupport.Best, 1, memoryBudgetBytes: bytes + (4 << 20));

        var message = Assert.Throws<MemoryBudgetException>(() => new NodeRunner(small).Run(new DftOperator(), inputs, new RunScope())).Message;
        var results = new NodeRunner(large).Run(new DftOperator(), inputs, new RunScope());

        Assert.Contains($"DFT of length {Length} takes {bytes} bytes", message, StringComparison.Ordinal);
        Assert.InRange(bytes, 12_000_000, 32_000_000);
        Assert.Equal(new Shape(1, Length, 2), Assert.Single(results).Shape);
        results[0].Dispose();
        Assert.Equal(0, large.Read().MemoryUsedBytes);
    }
}
