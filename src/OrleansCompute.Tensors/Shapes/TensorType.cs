namespace OrleansCompute.Tensors.Shapes;

/// <summary>Element type and shape of a value. Immutable.</summary>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="Shape">Sizes.</param>
public sealed record TensorType(ElementType ElementType, Shape Shape)
{
    /// <summary>A value of which nothing is known before the graph runs.</summary>
    public static readonly TensorType Unknown = new(ElementType.Undefined, Shape.Unknown);

    /// <summary>Whether the element type and all sizes are known.</summary>
    public bool IsStatic => Shape.IsStatic && ElementType != ElementType.Undefined;

    /// <summary>Bytes of a contiguous tensor of this type; only for static shapes.</summary>
    public long Bytes => (long)Shape.Elements * ElementType.Size();

    /// <summary>A float32 tensor of the given sizes; <see cref="Shape.Any"/> stands for a size known only at run time.</summary>
    public static TensorType Real(params ReadOnlySpan<int> dimensions) => new(ElementType.Float32, new Shape(dimensions));

    /// <summary>For example Float32 [?, 10].</summary>
    public override string ToString() => $"{ElementType} {Shape}";
}
