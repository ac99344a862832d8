using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Ilgpu;

/// <summary>Products of 16 and 8 bits on a device, of several blocks with remainders, beside the reference; and that it is the device that computes them.</summary>
public sealed class NarrowProductTests
{
    private static readonly ConvolutionAttributes Window = new(new WindowAttributes(Strides: [2, 1], Pads: [1, 2, 1, 0]), 2);

    [Theory]
    [InlineData(ElementType.Float16, 1e-3)]
    [InlineData(ElementType.BFloat16, 8e-3)]
    public void Run_OfSixteenBits_IsTheReferenceRounded(ElementType type, double tolerance)
    {
        Tensor Make(int seed, params int[] sizes) => OperatorCase.As(type, OperatorCase.Normal(seed, sizes));
        foreach (var test in (OperatorCase[])
        [
            new("product", new MatMulOperator(), Make(1, 2, 70, 35), Make(2, 35, 131)),
            new("transposed", new GemmOperator(0.5f, 1, true, true), Make(1, 35, 70), Make(2, 131, 35), Make(3, 131)),
            new("rows", new RowsProductOperator(), Make(1, 3, 17, 66), Make(2, 3, 17, 70)),
            new("convolution", new ConvOperator(Window), Make(1, 2, 6, 19, 11), Make(2, 140, 3, 3, 2), Make(3, 140)),
        ])
        {
            Compare(test, tolerance);
        }
    }

    [Fact]
    public void Run_OfBytes_IsTheReferenceExactly()
    {
        Tensor Zeros(int count) => Tensor.Vector([.. Enumerable.Range(0, count).Select(i => (sbyte)(i % 19))]);
        foreach (var test in (OperatorCase[])
        [
            new("product", new MatMulIntegerOperator(), Bytes(1, 2, 70, 35), Signed(2, 35, 131), Tensor.Scalar<byte>(99), Zeros(131)),
            new("convolution", new ConvIntegerOperator(Window), Bytes(1, 2, 6, 19, 11), Signed(2, 140, 3, 3, 2), Tensor.Scalar<byte>(99), Zeros(140)),
        ])
        {
            Compare(test, 0);
        }
    }

    /// <summary>A step of the result where float32 and float64 lie on different sides of a half, which one in thousands does.</summary>
    [Fact]
    public void Run_OfQuantisedProducts_IsTheReferenceButForTies()
    {
        Tensor Scales(int count) => Tensor.Vector([.. Enumerable.Range(1, count).Select(i => 0.01f * i)]);
        foreach (var test in (OperatorCase[])
        [
            new("product", new QLinearMatMulOperator(), Bytes(1, 70, 35), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(99), Signed(2, 35, 131), Scales(131), Tensor.Scalar<sbyte>(1), Tensor.Scalar(20f), Tensor.Scalar<byte>(7)),
            new("convolution", new QLinearConvOperator(Window), Bytes(1, 2, 6, 19, 11), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(99), Signed(2, 140, 3, 3, 2), Scales(140), Tensor.Scalar<sbyte>(1), Tensor.Scalar(20f), Tensor.Scalar<sbyte>(-7),
                Tensor.Vector([.. Enumerable.Range(0, 140).Select(i => 50 * i)])),
        ])
        {
            var steps = Compare(test, 1);
            Assert.True(steps <= 5, $"{test.Name}: {steps} results are a step away.");
        }
    }

    /// <summary>Compares, and counts what differs.</summary>
    private static int Compare(OperatorCase test, double tolerance)
    {
        var driver = new IlgpuDriver();
        using var accelerator = driver.Open(driver.Enumerate()[^1], new AcceleratorOptions());
        using var reference = new ReferenceAccelerator();
        OperatorInputs inputs = new(test.Operator, [.. test.Inputs.Select(input => input?.Type)], [.. test.Inputs]);
        Assert.NotNull(accelerator.Kernels.Create(new KernelRequest(accelerator, test.Operator, [.. test.Inputs.Select(input => input?.Type)], test.Operator.Infer(inputs), [.. test.Inputs])));

        var expected = HostElements.Reals(new EagerContext(reference).Apply(test.Operator, test.Inputs)[0]);
        var context = new EagerContext(accelerator);
        var result = context.Apply(test.Operator, [.. test.Inputs.Select(input => context.Constant(input!))])[0];
        using var host = Tensor.Zeros(result.Type);
        accelerator.CopyToHost(result, host);
        var actual = HostElements.Reals(host);
        var differing = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + (tolerance < 1 ? Math.Abs(expected[i]) : 0)), $"{test.Name}, element {i}: {actual[i]}, the reference gives {expected[i]}.");
            differing += expected[i].Equals(actual[i]) ? 0 : 1;
        }

        return differing;
    }

    private static Tensor Bytes(int seed, params int[] sizes) => ConvolutionCases.Bytes(seed, sizes);

    private static Tensor Signed(int seed, params int[] sizes) => ConvolutionCases.SignedBytes(seed, sizes);
}
