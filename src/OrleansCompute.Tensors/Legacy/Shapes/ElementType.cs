namespace OrleansCompute.Tensors.Legacy.Shapes;

#pragma warning disable CA1720 // The names are those of the ONNX data types.
/// <summary>Type of a tensor's elements; the numbers are those of ONNX.</summary>
public enum ElementType
{
    /// <summary>No type; never valid in a graph.</summary>
    None = 0,

    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 1,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,
}
#pragma warning restore CA1720
