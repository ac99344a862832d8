using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Ilgpu;

public sealed class ProductTilingTests
{
    /// <summary>ILGPU allocates for every launch on a processor; a call of two of them must not allocate less than twice what a call of one does.</summary>
    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.UInt8)]
    public void Run_InTheSteadyState_AllocatesNothingButLaunches(ElementType type)
    {
        var driver = new IlgpuDriver();
        using var device = driver.Open(driver.Enumerate()[^1], new AcceleratorOptions());

        long one = Allocated(device, type, 4), two = Allocated(device, type, 340);

        Assert.True(two >= 2 * one, $"{one} bytes for one launch, {two} for two");
    }

    /// <summary>Of a product of square matrices; 340 x 340 x 340 is 39 million multiply-adds, two launches.</summary>
    private static long Allocated(IAccelerator device, ElementType element, int size)
    {
        Operator product = element == ElementType.UInt8 ? new MatMulIntegerOperator() : new MatMulOperator();
        var type = new TensorType(element, new Shape(size, size));
        var result = product.Infer(new OperatorInputs(product, [type, type], [null, null]))[0];
        var kernel = device.Kernels.Create(new KernelRequest(device, product, [type, type], [result], [null, null]))!;
        using Tensor left = Zeros(device, type), right = Zeros(device, type), output = device.Memory.Allocate(result);
        var call = new KernelCall(product, [left, right], [output], device.Memory);
        var least = long.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            kernel.Run(call);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static Tensor Zeros(IAccelerator device, TensorType type)
    {
        var zeros = device.Memory.Allocate(type);
        using var host = Tensor.Zeros(type);
        device.CopyToDevice(host, zeros);
        return zeros;
    }
}
