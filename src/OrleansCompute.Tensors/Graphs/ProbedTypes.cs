using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>
/// Shape rules only know static shapes. To infer through sizes known at run time, a graph is inferred twice, with two trial bindings:
/// a size that stays is fixed, one that changes is <see cref="Shape.Any"/>. Immutable.
/// </summary>
internal sealed record ProbedTypes(TensorType First, TensorType Second)
{
    /// <summary>The type that both are instances of; null when their ranks or element types differ.</summary>
    public TensorType? Common()
    {
        if (First == Second)
        {
            return First;
        }

        if (First.ElementType != Second.ElementType || First.Shape.Rank != Second.Shape.Rank || !First.Shape.IsRankKnown || !Second.Shape.IsRankKnown)
        {
            return null;
        }

        var sizes = First.Shape.ToArray();
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = sizes[i] == Second.Shape[i] ? sizes[i] : Shape.Any;
        }

        return First with { Shape = new Shape(sizes) };
    }
}
