using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Gives the tensor of every value of a planned graph, one object for each. Used once; not thread-safe.</summary>
internal sealed class TensorBinder(ValueGroups groups, ArenaLayout layout, TensorStorage arena, List<Tensor> owned)
{
    private readonly Dictionary<GraphValue, Tensor> _tensors = [];

    public Tensor Bind(GraphValue value) => TryBind(value) ?? throw new InvalidOperationException($"Value {value} has no memory.");

    /// <summary>Null for a result that nobody uses and whose kernel leaves it out.</summary>
    public Tensor? TryBind(GraphValue value)
    {
        if (_tensors.TryGetValue(value, out var tensor))
        {
            return tensor;
        }

        if (groups.Fixed(value) is { } known)
        {
            tensor = known.Type == value.Type ? known : Own(known.Reshape(value.Type.Shape));
        }
        else if (layout.Offset(value) is { } offset)
        {
            tensor = Own(new Tensor(value.Type, arena, offset / value.Type.ElementType.Size()));
        }
        else
        {
            return null;
        }

        return _tensors[value] = tensor;
    }

    private Tensor Own(Tensor tensor)
    {
        owned.Add(tensor);
        return tensor;
    }
}
