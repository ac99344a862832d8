namespace OrleansCompute.Tensors.Legacy.Shapes;

/// <summary>Element type and shape of a value. Immutable.</summary>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="Shape">Sizes.</param>
public sealed record TensorType(ElementType ElementType, Shape Shape)
{
    /// <summary>A float32 tensor of the given sizes; <see cref="Shape.Batch"/> stands for the batch.</summary>
    public static TensorType Real(params ReadOnlySpan<int> dimensions) => new(ElementType.Float32, new Shape(dimensions));
}
