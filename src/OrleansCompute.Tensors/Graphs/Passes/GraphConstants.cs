using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>What passes ask about constants. Stateless.</summary>
internal static class GraphConstants
{
    /// <summary>Largest result that is computed before the graph runs: a small model file must not become a large one in memory.</summary>
    public const long MaxFoldedBytes = 64L << 20;

    /// <summary>Results without inputs (ranges, fills) are only kept as constants up to this size: a kernel writes them as fast as it reads them.</summary>
    private const long MaxGeneratedBytes = 4096;

    /// <summary>Most trips of the loops in a constant If.</summary>
    private const long MaxFoldedTrips = 10_000;

    /// <summary>Most bytes of all results that one run of the folding pass keeps.</summary>
    public const long MaxTotalFoldedBytes = 1L << 30;

    /// <summary>The value of a tensor whose elements are all the same; null when they are not, or it is not known.</summary>
    public static double? Uniform(GraphValue? value, Func<GraphValue, GraphNode?> producer)
    {
        if (value is null)
        {
            return null;
        }

        if (producer(value)?.Operator is FillOperator fill)
        {
            return fill.Value;
        }

        if (value.Constant is not { } tensor || tensor.Shape.Elements is 0 or > 1 << 16)
        {
            return null;
        }

        var elements = HostElements.Reals(tensor);
        return Array.TrueForAll(elements, element => element.Equals(elements[0])) ? elements[0] : null;
    }

    /// <summary>Results of a node whose inputs are all constant; null when it must run with the graph.</summary>
    /// <param name="operator">What it computes.</param>
    /// <param name="inputs">Constants.</param>
    /// <param name="dequantises">Whether bytes become numbers: not before the passes that want weights as bytes have run.</param>
    public static IReadOnlyList<Tensor>? TryFold(Operator @operator, IReadOnlyList<Tensor?> inputs, bool dequantises = false)
    {
        if (!@operator.IsDeterministic || (@operator is DequantizeLinearOperator && !dequantises) || @operator.Attributes.Values.Values.Any(value => value is Graph))
        {
            return null;
        }

        if (@operator is ConstantOperator constant)
        {
            // In memory already, whatever its size.
            return [constant.Value.Share()];
        }

        var types = @operator.Infer(new OperatorInputs(@operator, [.. inputs.Select(tensor => tensor?.Type)], inputs));

        // In proportion to the inputs, which are in the file: repeated many times over, small ones would fill the memory.
        var limit = Math.Clamp(4 * inputs.Sum(tensor => tensor?.Type.Bytes ?? 0), MaxGeneratedBytes, MaxFoldedBytes);
        if (types.Any(type => !type.IsStatic) || types.Sum(type => type.Bytes) > limit)
        {
            return null;
        }

        try
        {
            using var reference = new ReferenceAccelerator();
            return new NodeRunner(reference).Run(@operator, inputs, new RunScope(new RunLimits { MaxTrips = MaxFoldedTrips }));
        }
        catch (Exception exception) when (exception is NotSupportedException or TripBudgetException)
        {
            // No reference kernel: the accelerator may have one. Or a long loop: nobody can cancel it here.
            return null;
        }
    }

    /// <summary>Elements of an integer constant, for shapes and axes; null when the value is not constant.</summary>
    public static int[]? Ints(GraphValue? value) => value?.Constant is { } tensor && tensor.ElementType.IsInteger() ? HostElements.Ints(tensor) : null;
}
