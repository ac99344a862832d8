using Google.Protobuf;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Reads and writes TensorProto messages. Those of untrusted files are checked before anything is allocated. Thread-safe.</summary>
public static class OnnxTensorCodec
{
    /// <summary>Reads a tensor from a file of its own (.pb).</summary>
    /// <param name="bytes">The bytes of the file.</param>
    /// <param name="options">What it may cost; the defaults when null.</param>
    /// <exception cref="OnnxFormatException">The file is not valid, or its type is not supported.</exception>
    public static Tensor Read(ReadOnlyMemory<byte> bytes, OnnxImportOptions? options = null)
    {
        options ??= new OnnxImportOptions();
        OnnxScanner.CheckTensor(bytes.Span, options);
        try
        {
            return Read(TensorProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes.Span), options);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxFormatException($"The TensorProto is not valid: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a contiguous host tensor as a file of its own (.pb).</summary>
    public static byte[] Write(Tensor tensor, string name) => ToProto(tensor, name).ToByteArray();

    internal static TensorProto ToProto(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("ONNX files are little-endian; this machine is not.");
        }

        using var dense = tensor.Contiguous();
        var proto = new TensorProto { Name = name, DataType = (int)tensor.ElementType, RawData = ByteString.CopyFrom(dense.AsBytes()) };
        foreach (var size in tensor.Shape.Dimensions)
        {
            proto.Dims.Add(size);
        }

        return proto;
    }

    internal static Tensor Read(TensorProto proto, OnnxImportOptions options)
    {
        var type = ReadType(proto, options);
        RequireData(proto, type);
        var tensor = new Tensor(type, HostStorage.Create(type.Bytes));
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            OnnxExternalData.Read(proto, tensor, options);
        }
        else if (!proto.RawData.IsEmpty || type.Bytes == 0)
        {
            proto.RawData.Span.CopyTo(tensor.AsBytes());
        }
        else
        {
            ReadTyped(proto, tensor);
        }

        if (type.ElementType == ElementType.Bool)
        {
            // Any other byte than 0 and 1 is no valid bool.
            foreach (ref var value in tensor.AsBytes())
            {
                value = value == 0 ? (byte)0 : (byte)1;
            }
        }

        return tensor;
    }

    private static TensorType ReadType(TensorProto proto, OnnxImportOptions options)
    {
        var type = (ElementType)proto.DataType;
        if (type == ElementType.Undefined || !Enum.IsDefined(type))
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}' has data type {proto.DataType}; supported: {string.Join(", ", Enum.GetValues<ElementType>().Skip(1).Select(t => $"{(int)t} ({t})"))}.");
        }

        if (proto.Dims.Count > Shape.MaxRank)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}' has {proto.Dims.Count} dimensions; allowed up to {Shape.MaxRank}.");
        }

        var elements = proto.Dims.Contains(0) ? 0L : 1L;
        foreach (var size in proto.Dims)
        {
            if (size < 0 || size > options.MaxElements || (elements *= Math.Max(size, 1)) > options.MaxElements)
            {
                throw new OnnxFormatException(
                    $"Tensor '{proto.Name}' has shape [{string.Join(", ", proto.Dims)}]; sizes must be 0 or more, and at most {options.MaxElements} elements in all.");
            }
        }

        return new TensorType(type, new Shape([.. proto.Dims.Select(size => (int)size)]));
    }

    /// <summary>Refuses a tensor whose data are not there before memory is allocated for them.</summary>
    private static void RequireData(TensorProto proto, TensorType type)
    {
        if (type.Bytes > int.MaxValue)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}' is {type} with {type.Bytes} bytes; allowed up to {int.MaxValue}.");
        }

        if (proto.DataLocation == TensorProto.Types.DataLocation.External || type.Bytes == 0)
        {
            return;
        }

        if (!proto.RawData.IsEmpty)
        {
            Require(proto, proto.RawData.Length == type.Bytes, proto.RawData.Length, type.Bytes, "raw bytes");
            return;
        }

        var given = type.ElementType switch
        {
            ElementType.Float32 => proto.FloatData.Count,
            ElementType.Float64 => proto.DoubleData.Count,
            ElementType.Int64 => proto.Int64Data.Count,
            ElementType.UInt64 or ElementType.UInt32 => proto.Uint64Data.Count,
            _ => proto.Int32Data.Count,
        };
        Require(proto, given == type.Shape.Elements, given, type.Shape.Elements, "values");
    }

    private static void ReadTyped(TensorProto proto, Tensor tensor)
    {
        switch (tensor.ElementType)
        {
            case ElementType.Float32: Copy(proto.FloatData, tensor, (float value) => value); break;
            case ElementType.Float64: Copy(proto.DoubleData, tensor, (double value) => value); break;
            case ElementType.Int64: Copy(proto.Int64Data, tensor, (long value) => value); break;
            case ElementType.UInt64: Copy(proto.Uint64Data, tensor, (ulong value) => value); break;
            case ElementType.UInt32: Copy(proto.Uint64Data, tensor, (ulong value) => (uint)value); break;
            case ElementType.Int32: Copy(proto.Int32Data, tensor, (int value) => value); break;
            case ElementType.Int16: Copy(proto.Int32Data, tensor, (int value) => (short)value); break;
            case ElementType.UInt16: Copy(proto.Int32Data, tensor, (int value) => (ushort)value); break;
            case ElementType.Int8: Copy(proto.Int32Data, tensor, (int value) => (sbyte)value); break;
            case ElementType.UInt8: Copy(proto.Int32Data, tensor, (int value) => (byte)value); break;
            case ElementType.Bool: Copy(proto.Int32Data, tensor, (int value) => value != 0); break;
            case ElementType.Float16: Copy(proto.Int32Data, tensor, (int value) => BitConverter.UInt16BitsToHalf((ushort)value)); break;
            default: Copy(proto.Int32Data, tensor, (int value) => new BFloat16((ushort)value)); break;
        }
    }

    private static void Copy<TFrom, TTo>(IReadOnlyList<TFrom> values, Tensor tensor, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var to = tensor.AsSpan<TTo>();
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = convert(values[i]);
        }
    }

    private static void Require(TensorProto proto, bool fits, long given, long expected, string unit)
    {
        if (!fits)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}' of shape [{string.Join(", ", proto.Dims)}] holds {given} {unit}; expected {expected}.");
        }
    }
}
