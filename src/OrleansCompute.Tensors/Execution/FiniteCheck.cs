using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Finds the node of a run that first makes a NaN or an infinity. A node that only hands on what its inputs had, such as the infinities
/// of a mask, has not made it. Thread-safe.
/// </summary>
internal sealed class FiniteCheck
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GraphValue, Kinds> _known = new(ReferenceEqualityComparer.Instance);

    [Flags]
    private enum Kinds
    {
        None = 0,
        Infinity = 1,
        NotANumber = 2,
    }

    /// <summary>Looks at an input: infinities may be meant, as in a mask; NaN is not.</summary>
    /// <exception cref="NonFiniteException">It has a NaN; the message names it.</exception>
    public void Input(GraphValue input, Tensor tensor, IAccelerator accelerator)
    {
        var (kinds, at, _) = Find(tensor, accelerator);
        if ((kinds & Kinds.NotANumber) != 0)
        {
            throw new NonFiniteException($"Input '{input.Name}' ({tensor}): element {at} is NaN before the run has begun. Check the input.");
        }

        lock (_gate)
        {
            _known[input] = kinds;
        }
    }

    /// <summary>Requires finite parameters.</summary>
    /// <exception cref="NonFiniteException">One is not; the message names it.</exception>
    public static void Parameters(Graph graph, Tensor flat, IAccelerator accelerator)
    {
        var (kinds, at, value) = Find(flat, accelerator);
        if (kinds != Kinds.None)
        {
            var parameter = graph.Parameters.FirstOrDefault(parameter => at >= parameter.Offset && at < parameter.Offset + parameter.Length);
            throw new NonFiniteException(
                $"Parameter '{parameter?.Value.Name}': element {at - (parameter?.Offset ?? 0)} is {value} before the run has begun. Lower the learning rate, or start again from an earlier checkpoint.");
        }
    }

    /// <summary>Looks at the results of a node.</summary>
    /// <exception cref="NonFiniteException">The node has made a NaN or an infinity; the message names it, its operator and the element.</exception>
    public void Require(GraphNode node, IReadOnlyList<Tensor?> outputs, IAccelerator accelerator)
    {
        for (var i = 0; i < outputs.Count && i < node.Outputs.Count; i++)
        {
            if (outputs[i] is not { } tensor)
            {
                continue;
            }

            var (kinds, at, value) = Find(tensor, accelerator);
            if (kinds == Kinds.None)
            {
                continue;
            }

            var before = node.Operator is ConstantOperator or ConstantOfShapeOperator or FillOperator ? Kinds.Infinity : Kinds.None;
            lock (_gate)
            {
                foreach (var input in node.Inputs.OfType<GraphValue>())
                {
                    before |= Before(input, accelerator);
                }

                if ((kinds & ~before) == Kinds.None)
                {
                    _known[node.Outputs[i]] = kinds;
                    continue;
                }
            }

            throw new NonFiniteException(
                $"Node '{node.Name}' ({node.Operator.Name}): element {at} of output {i} ({tensor}) is {value}. Lower the learning rate, clip the gradients, or check the input.");
        }
    }

    private Kinds Before(GraphValue value, IAccelerator accelerator)
    {
        if (!_known.TryGetValue(value, out var kinds))
        {
            kinds = value.Constant is { } constant ? Find(constant, accelerator).Kinds : Kinds.None;
            _known[value] = kinds;
        }

        return kinds;
    }

    private static (Kinds Kinds, int At, double Value) Find(Tensor tensor, IAccelerator accelerator)
    {
        if (!tensor.ElementType.IsFloatingPoint())
        {
            return default;
        }

        Tensor host;
        if (tensor.Storage is HostStorage)
        {
            host = tensor.Contiguous();
        }
        else
        {
            using var dense = tensor.Contiguous(accelerator.Memory);
            host = Tensor.Zeros(tensor.Type);
            accelerator.CopyToHost(dense, host);
        }

        using (host)
        {
            return host.ElementType == ElementType.Float32 ? Find(host.AsSpan<float>()) : Find(HostElements.Reals(host));
        }
    }

    /// <summary>The first element that is not finite; NaN counts more than infinities before it.</summary>
    private static (Kinds Kinds, int At, double Value) Find<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.IFloatingPoint<T>
    {
        (Kinds Kinds, int At, double Value) found = default;
        for (var i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                var kind = T.IsNaN(values[i]) ? Kinds.NotANumber : Kinds.Infinity;
                if (found.Kinds == Kinds.None || (kind == Kinds.NotANumber && (found.Kinds & Kinds.NotANumber) == 0))
                {
                    found = (found.Kinds | kind, i, double.CreateTruncating(values[i]));
                }
                else
                {
                    found.Kinds |= kind;
                }
            }
        }

        return found;
    }

    private static (Kinds Kinds, int At, double Value) Find(double[] values) => Find<double>(values);
}
