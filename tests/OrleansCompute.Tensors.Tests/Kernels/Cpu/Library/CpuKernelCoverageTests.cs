using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

/// <summary>
/// The processor computes by kernels of its own all that a network uses when it runs. What is left to the reference kernels, 10 to 1000 times
/// slower, is named here with the reason; each operator has a case (another test sees to it), so that the list is complete.
/// </summary>
public sealed class CpuKernelCoverageTests
{
    /// <summary>Names of operator classes without "Operator", or of single cases.</summary>
    private static readonly Dictionary<string, string> _leftToTheReference = new(StringComparer.Ordinal)
    {
        ["If"] = "runs the chosen sub-graph, whose nodes have kernels of their own",
        ["Loop"] = "runs its sub-graph, whose nodes have kernels of their own",
        ["Scan"] = "runs its sub-graph, whose nodes have kernels of their own",
        ["Random"] = "draws one number after another from a generator whose order defines the result",
        ["Bernoulli"] = "draws one number after another from a generator whose order defines the result",
        ["Multinomial"] = "draws one number after another from a generator whose order defines the result",
        ["Unique"] = "sorts slices: preparation of data, not part of a network",
        ["Det"] = "elimination of small matrices; no layer has it",
        ["DetGradient"] = "elimination of small matrices; no layer has it",
        ["EinsumGradient"] = "only of diagonals and ellipses: all other gradients are einsums",
        ["WindowFunction"] = "a constant of the model: folded when it is compiled",
        ["MelWeightMatrix"] = "a constant of the model: folded when it is compiled",
        ["Attention_Mask"] = "a mask that is repeated along the keys",
        ["AttentionGradient_Mask"] = "a gradient by the mask",
        ["Mean_Int32"] = "a mean of whole numbers",
        ["Shrink_Int8"] = "an activation of whole numbers",
        ["MatMul_Int32"] = "a product of whole numbers of 32 bits; networks have 8-bit ones",
        ["ReduceL2_Int32"] = "a root of whole numbers",
        ["ReduceLogSum_Int32"] = "a logarithm of whole numbers",
        ["ReduceLogSumExp_Int32"] = "a logarithm of whole numbers",
        ["MaxUnpool_Sizes"] = "an output that is larger than what was pooled",
        ["MaxUnpoolGradient"] = "an output that is larger than what was pooled",
        ["QuantizeLinear_Block"] = "blocks of 16-bit codes",
    };

    [Fact]
    public void Create_ForEveryOperatorButThoseNamed_GivesAKernel()
    {
        using var accelerator = new CpuAccelerator();

        string[] missing = [.. OperatorCases.All.Where(test => !HasKernel(accelerator, test) && !IsNamed(test)).Select(test => test.Name)];

        Assert.Empty(missing);
    }

    /// <summary>The list must not keep what has a kernel by now.</summary>
    [Fact]
    public void Create_ForWhatIsNamed_GivesNone()
    {
        using var accelerator = new CpuAccelerator();

        var missing = OperatorCases.All.Where(test => !HasKernel(accelerator, test)).SelectMany(test => new[] { test.Name, Name(test.Operator.GetType()) }).ToHashSet();

        string[] covered = [.. _leftToTheReference.Keys.Where(name => !missing.Contains(name))];
        Assert.Empty(covered);
    }

    private static bool IsNamed(OperatorCase test) => _leftToTheReference.ContainsKey(test.Name) || _leftToTheReference.ContainsKey(Name(test.Operator.GetType()));

    private static string Name(Type type) => type.Name.Replace("Operator", "", StringComparison.Ordinal);

    private static bool HasKernel(CpuAccelerator accelerator, OperatorCase test)
    {
        TensorType?[] types = [.. test.Inputs.Select(input => input?.Type)];
        var outputs = test.Operator.Infer(new OperatorInputs(test.Operator, types, test.Inputs));
        return accelerator.Kernels.Create(new KernelRequest(accelerator, test.Operator, types, outputs, test.Inputs)) is not null;
    }
}
