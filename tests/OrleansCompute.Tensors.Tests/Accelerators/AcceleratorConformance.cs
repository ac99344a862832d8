using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Accelerators;

/// <summary>What every back end must pass: a new chip is supported when its driver does.</summary>
public abstract partial class AcceleratorConformance
{
    /// <summary>Opens a device of the back end.</summary>
    protected abstract IAccelerator Open(AcceleratorOptions options);

    [Theory]
    [MemberData(nameof(OperatorCases.Names), MemberType = typeof(OperatorCases))]
    public void Kernels_ComparedWithTheReference_AreEqual(string name)
    {
        var test = OperatorCases.Find(name);
        using var accelerator = Open(new AcceleratorOptions());
        using var reference = new ReferenceAccelerator();
        var context = new EagerContext(accelerator);
        Tensor?[] inputs = [.. test.Inputs.Select(input => input is null ? null : context.Constant(input))];

        var actual = context.Apply(test.Operator, inputs);

        var expected = new EagerContext(reference).Apply(test.Operator, test.Inputs);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            using var host = Tensor.Zeros(actual[i].Type);
            accelerator.CopyToHost(actual[i], host);
            AssertClose(test, i, HostElements.Reals(expected[i]), HostElements.Reals(host));
        }
    }

    private static void AssertClose(OperatorCase test, int output, double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var close = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= test.Tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(close, $"{test.Name}, output {output}, element {i}: {actual[i]}, the reference gives {expected[i]}.");
        }
    }
}
