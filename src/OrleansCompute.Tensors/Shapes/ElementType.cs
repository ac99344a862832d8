namespace OrleansCompute.Tensors.Shapes;

/// <summary>Type of the elements of a tensor; the numbers are those of ONNX' TensorProto.DataType.</summary>
#pragma warning disable CA1720 // The names are those of the field.
public enum ElementType
{
    /// <summary>Known only when the graph runs; never the type of a tensor.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 4,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 5,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>True or false, one byte.</summary>
    Bool = 9,

    /// <summary>IEEE 754 half precision; a storage type, arithmetic runs in float32.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 11,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 12,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a float32; a storage type, arithmetic runs in float32.</summary>
    BFloat16 = 16,
}
#pragma warning restore CA1720
