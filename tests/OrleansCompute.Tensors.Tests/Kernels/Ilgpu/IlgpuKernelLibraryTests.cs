using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Ilgpu;

public sealed class IlgpuKernelLibraryTests
{
    /// <summary>Operators that models train with: the host must never compute them for a device.</summary>
    private static readonly string[] Core =
    [
        "Add", "Sub", "Mul", "Div", "Relu", "ReluGradient", "Tanh", "TanhGradient", "Sigmoid", "SigmoidGradient", "Gelu", "GeluGradient", "Silu", "FusedElementwise", "Where",
        "MatMul", "Gemm", "RowsProduct", "Conv", "ConvInputGradient", "ConvWeightGradient", "ConvTranspose", "ChannelSum",
        "MaxPool", "MaxPoolGradient", "AveragePool", "AveragePoolGradient", "GlobalAveragePool",
        "ReduceSum", "ReduceMean", "ReduceMax", "ReduceExpand", "SumTo", "Softmax", "SoftmaxGradient", "LogSoftmax", "LogSoftmaxGradient",
        "LayerNormalization", "LayerNormalizationGradient", "SoftmaxCrossEntropyLoss", "SoftmaxCrossEntropyGradient",
        "Transpose", "Concat", "SplitLike", "Gather", "GatherGradient", "View", "Identity", "Fill",
    ];

    [Fact]
    public void Create_ForTheCoreSet_HasKernels()
    {
        using var accelerator = Open();
        var served = OperatorCases.All.Where(test => accelerator.Kernels.Create(Request(accelerator, test)) is not null)
            .Select(test => test.Operator.Name).ToHashSet();

        Assert.Empty(Core.Except(served));
    }

    [Fact]
    public void Gather_WithAnIndexOutside_IsToldWhenTheResultIsRead()
    {
        using var accelerator = Open();
        var context = new EagerContext(accelerator);
        using var table = context.Constant(OperatorCase.Normal(1, 4, 3));
        using var indices = context.Constant(Tensor.Vector(1L, 4));

        using var result = context.Apply(new GatherOperator(), table, indices)[0];

        Assert.Contains("outside its dimension", Assert.Throws<AcceleratorException>(accelerator.Synchronize).Message, StringComparison.Ordinal);
        accelerator.Synchronize();
    }

    private static IAccelerator Open()
    {
        var driver = new IlgpuDriver();
        return driver.Open(driver.Enumerate()[^1], new AcceleratorOptions());
    }

    private static KernelRequest Request(IAccelerator accelerator, OperatorCase test)
    {
        OperatorInputs inputs = new(test.Operator, [.. test.Inputs.Select(input => input?.Type)], [.. test.Inputs]);
        return new KernelRequest(accelerator, test.Operator, [.. test.Inputs.Select(input => input?.Type)], test.Operator.Infer(inputs), [.. test.Inputs]);
    }
}
