using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

/// <summary>
/// Kernels read memory by the types that the shape rule let through. A model file may give any input any type: what the rule lets through
/// beside the type of the case must be read by that type.
/// </summary>
public sealed class CpuKernelTypeTests
{
    /// <summary>Operator and input that take several types, and why that is safe.</summary>
    private static readonly Dictionary<string, string> _severalTypes = new(StringComparer.Ordinal)
    {
        ["CenterCropPad 1"] = "numbers that steer are read by their type",
        ["Expand 1"] = "numbers that steer are read by their type",
        ["Reshape 1"] = "numbers that steer are read by their type",
        ["Resize 1"] = "numbers that steer are read by their type",
        ["Resize 3"] = "numbers that steer are read by their type",
        ["Slice 1"] = "numbers that steer are read by their type",
        ["Slice 2"] = "numbers that steer are read by their type",
        ["Slice 3"] = "numbers that steer are read by their type",
        ["Slice 4"] = "numbers that steer are read by their type",
        ["Split 1"] = "numbers that steer are read by their type",
        ["Tile 1"] = "numbers that steer are read by their type",
        ["Unsqueeze 1"] = "numbers that steer are read by their type",
        ["OneHot 2"] = "decides the type of the result",
        ["Pow 1"] = "a kernel for each pair of types",
        ["Gather 1"] = "indices of both widths",
        ["RoiAlign 2"] = "read by their type",
        ["FakeQuantize 2"] = "zero points are read by their type",
        ["CtcLoss 1"] = "labels of both widths",
        ["CtcLoss 2"] = "lengths of both widths",
        ["CtcLoss 3"] = "lengths of both widths",
        ["SoftmaxCrossEntropyLoss 1"] = "labels of both widths",
        ["NegativeLogLikelihoodLoss 1"] = "labels of both widths",
        ["SoftmaxCrossEntropyLoss 2"] = "16-bit tensors are widened one by one",
        ["NegativeLogLikelihoodLoss 2"] = "16-bit tensors are widened one by one",
        ["BatchNormalization 3"] = "16-bit tensors are widened one by one",
        ["BatchNormalization 4"] = "16-bit tensors are widened one by one",
    };

    [Fact]
    public void Infer_WithAnInputOfAnotherType_IsRefusedUnlessNamed()
    {
        using var accelerator = new CpuAccelerator(SimdSupport.Best);
        var accepted = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var test in OperatorCases.All.Where(test => OperatorRegistry.Default.Find(test.Operator.Domain, test.Operator.Name) is not null))
        {
            // The first input decides which kernel there is.
            for (var i = 1; i < test.Inputs.Count; i++)
            {
                foreach (var other in (ElementType[])[ElementType.Int8, ElementType.Float32, ElementType.Int64])
                {
                    if (test.Inputs[i] is { Shape.Elements: > 1 } original && other != original.ElementType && IsAccepted(accelerator, test, i, other))
                    {
                        accepted.Add($"{test.Operator.Name} {i}");
                    }
                }
            }
        }

        string[] unnamed = [.. accepted.Where(name => !_severalTypes.ContainsKey(name))];
        Assert.Empty(unnamed);
        string[] refusedByNow = [.. _severalTypes.Keys.Where(name => !accepted.Contains(name))];
        Assert.Empty(refusedByNow);
    }

    private static bool IsAccepted(CpuAccelerator accelerator, OperatorCase test, int index, ElementType type)
    {
        TensorType?[] types = [.. test.Inputs.Select((input, i) => i == index ? input!.Type with { ElementType = type } : input?.Type)];
        var constants = new Tensor?[types.Length];
        try
        {
            var outputs = test.Operator.Infer(new OperatorInputs(test.Operator, types, constants));
            return accelerator.Kernels.Create(new KernelRequest(accelerator, test.Operator, types, outputs, constants)) is not null;
        }
        catch (ShapeMismatchException)
        {
            return false;
        }
    }
}
