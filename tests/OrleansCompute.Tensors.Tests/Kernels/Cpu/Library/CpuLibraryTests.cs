using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Execution;
using OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

public sealed class CpuLibraryTests
{
    private static readonly Lazy<ReferenceAccelerator> _reference = new(() => new ReferenceAccelerator());

    [Theory]
    [MemberData(nameof(CpuLibraryCases.Names), MemberType = typeof(CpuLibraryCases))]
    public void Run_ForSizesOverVectorsAndThreads_EqualsTheReference(string name)
    {
        var test = CpuLibraryCases.Find(name);
        var expected = new EagerContext(_reference.Value).Apply(test.Operator, test.Inputs);

        foreach (var level in SimdLevels.Supported)
        {
            foreach (var threads in new[] { 1, 2 })
            {
                using var accelerator = new CpuAccelerator(level, threads);
                var (kernel, call) = Prepare(accelerator, test);
                kernel.Run(call);
                for (var i = 0; i < expected.Count; i++)
                {
                    AssertClose(test, $"{level}, {threads} threads, output {i}", HostElements.Reals(expected[i]), HostElements.Reals(call.Output(i)), test.Tolerance);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(CpuLibraryCases.Names), MemberType = typeof(CpuLibraryCases))]
    public void Run_InTheSteadyState_AllocatesNothing(string name)
    {
        using var accelerator = new CpuAccelerator(SimdSupport.Best, 2);
        var (kernel, call) = Prepare(accelerator, CpuLibraryCases.Find(name));

        AllocationAssert.None(() => kernel.Run(call));
    }

    /// <summary>Tensors stored in 16 bits: the same numbers as the reference but for one rounding more.</summary>
    [Theory]
    [InlineData("ReduceMean_Rows", ElementType.Float16)]
    [InlineData("ReduceMean_Rows", ElementType.BFloat16)]
    [InlineData("BatchNormalization", ElementType.Float16)]
    [InlineData("RmsNormalization", ElementType.BFloat16)]
    [InlineData("ConvTranspose", ElementType.Float16)]
    [InlineData("AveragePool", ElementType.BFloat16)]
    [InlineData("Lstm", ElementType.Float16)]
    [InlineData("Einsum_Attention", ElementType.BFloat16)]
    [InlineData("TopK_Few", ElementType.Float16)]
    [InlineData("PRelu", ElementType.BFloat16)]
    public void Run_ForNarrowStorage_EqualsTheReferenceWithinARounding(string name, ElementType type)
    {
        var wide = CpuLibraryCases.Find(name);
        var test = wide with { Inputs = [.. wide.Inputs.Select(input => Narrow(input, type))] };
        var expected = new EagerContext(_reference.Value).Apply(test.Operator, test.Inputs);

        using var accelerator = new CpuAccelerator(SimdSupport.Best, 2);
        var (kernel, call) = Prepare(accelerator, test);
        kernel.Run(call);

        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, call.Output(i).Type);
            AssertClose(test, $"output {i}", HostElements.Reals(expected[i]), HostElements.Reals(call.Output(i)), type == ElementType.Float16 ? 2e-3 : 1.6e-2);
        }

        AllocationAssert.None(() => kernel.Run(call));
    }

    /// <summary>As a plan does it: inputs that steer are constants, outputs are there.</summary>
    private static (IKernel Kernel, KernelCall Call) Prepare(CpuAccelerator accelerator, OperatorCase test)
    {
        TensorType?[] types = [.. test.Inputs.Select(input => input?.Type)];
        Tensor?[] constants = [.. test.Inputs.Select(input => input is { ElementType: ElementType.Int64 or ElementType.Int32 } || input?.Shape.Rank == 1 ? input : null)];
        var outputs = test.Operator.Infer(new OperatorInputs(test.Operator, types, test.Inputs));
        var kernel = accelerator.Kernels.Create(new KernelRequest(accelerator, test.Operator, types, outputs, constants));
        Assert.NotNull(kernel);
        return (kernel, new KernelCall(test.Operator, [.. test.Inputs], [.. outputs.Select(type => type.IsStatic ? Tensor.Zeros(type) : null)], accelerator.Memory));
    }

    private static Tensor? Narrow(Tensor? input, ElementType type)
    {
        if (input is not { ElementType: ElementType.Float32 })
        {
            return input;
        }

        var narrow = Tensor.Zeros(input.Type with { ElementType = type });
        HostElements.StoreReals(narrow, HostElements.Reals(input));
        return narrow;
    }

    private static void AssertClose(OperatorCase test, string what, double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var close = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(close, $"{test.Name}, {what}, element {i}: {actual[i]}, the reference gives {expected[i]}.");
        }
    }
}
