using System.Buffers.Binary;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>Reads tensors of untrusted files: sizes are checked before anything is allocated. Stateless.</summary>
internal static class OnnxTensors
{
    public static Shape ReadShape(TensorProto tensor, OnnxImportLimits limits)
    {
        if (tensor.Dims.Count > Shape.MaxRank)
        {
            throw new OnnxFormatException($"Tensor '{tensor.Name}' has {tensor.Dims.Count} dimensions; allowed up to {Shape.MaxRank}.");
        }

        long elements = 1;
        foreach (var dimension in tensor.Dims)
        {
            elements *= dimension >= 1 && dimension <= limits.MaxDimension
                ? dimension
                : throw new OnnxFormatException(
                    $"Tensor '{tensor.Name}' has dimension {dimension} in [{string.Join(", ", tensor.Dims)}]; allowed 1 to {limits.MaxDimension}.");
            if (elements > limits.MaxParameters)
            {
                throw new OnnxFormatException(
                    $"Tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Dims)}] has more than {limits.MaxParameters} elements.");
            }
        }

        return new Shape([.. tensor.Dims.Select(dimension => (int)dimension)]);
    }

    /// <summary>Checks type, place and amount of the data.</summary>
    public static void RequireData(TensorProto tensor, Shape shape, int dataType, string dataTypeName)
    {
        if (tensor.DataLocation != TensorProto.Types.DataLocation.Default)
        {
            throw new OnnxFormatException($"Tensor '{tensor.Name}' keeps its data in another file; only data inside the model is read.");
        }

        if (tensor.DataType != dataType)
        {
            throw new OnnxFormatException($"Tensor '{tensor.Name}' has data type {tensor.DataType}; expected {dataType} ({dataTypeName}).");
        }

        var size = dataType == OnnxOpset.Float ? sizeof(float) : sizeof(long);
        var typed = dataType == OnnxOpset.Float ? tensor.FloatData.Count : tensor.Int64Data.Count;
        var fits = tensor.RawData.IsEmpty ? typed == shape.Elements : typed == 0 && tensor.RawData.Length == (long)shape.Elements * size;
        if (!fits)
        {
            throw new OnnxFormatException(
                $"Tensor '{tensor.Name}' of shape {shape} holds {tensor.RawData.Length} raw bytes and {typed} values; expected {shape.Elements} values.");
        }
    }

    /// <summary>Reads floats; all must be finite.</summary>
    public static void ReadFloats(TensorProto tensor, Span<float> values)
    {
        var raw = tensor.RawData.Span;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = raw.IsEmpty ? tensor.FloatData[i] : BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]);
            if (!float.IsFinite(values[i]))
            {
                throw new OnnxFormatException($"Tensor '{tensor.Name}' has the value {values[i]} at {i}; parameters must be finite.");
            }
        }
    }

    /// <summary>Reads a list of integers, such as the target of a Reshape.</summary>
    public static long[] ReadIntegers(TensorProto tensor, OnnxImportLimits limits)
    {
        var shape = ReadShape(tensor, limits);
        RequireData(tensor, shape, OnnxOpset.Int64, "INT64");
        var raw = tensor.RawData.Span;
        var values = new long[shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = raw.IsEmpty ? tensor.Int64Data[i] : BinaryPrimitives.ReadInt64LittleEndian(raw[(i * sizeof(long))..]);
        }

        return values;
    }
}
