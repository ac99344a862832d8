namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Walks the bytes of a model without allocating, and refuses what would cost more memory than the limits allow, before the parser
/// creates objects for it. Used once per file.
/// </summary>
internal ref struct OnnxScanner
{
    /// <summary>Levels of messages per level of sub-graphs: graph, node, attribute, and what these hold.</summary>
    private const int DepthPerGraph = 8;
    private readonly OnnxImportOptions _options;
    private long _fields;
    private int _nodes;

    private OnnxScanner(OnnxImportOptions options) => _options = options;

    private enum Message
    {
        Other,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        ValueInfo,
        Type,
        TensorType,
        TensorShape,
        Leaf,
    }

    public static void CheckModel(ReadOnlySpan<byte> model, OnnxImportOptions options) => Check(model, Message.Model, options);

    public static void CheckTensor(ReadOnlySpan<byte> tensor, OnnxImportOptions options) => Check(tensor, Message.Tensor, options);

    private static void Check(ReadOnlySpan<byte> bytes, Message message, OnnxImportOptions options)
    {
        if (bytes.Length > options.MaxBytes)
        {
            throw new OnnxFormatException($"The ONNX file has {bytes.Length} bytes; allowed up to {options.MaxBytes}.");
        }

        new OnnxScanner(options).Walk(bytes, message, 0);
    }

    /// <summary>What the length-delimited field of a message is.</summary>
    private static Message Child(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) => Message.Graph,
        (Message.Model, 8 or 14 or 25) => Message.Leaf,
        (Message.Graph, 1) => Message.Node,
        (Message.Graph, 5) => Message.Tensor,
        (Message.Graph, 11 or 12 or 13) => Message.ValueInfo,
        (Message.Graph, 15) => Message.Leaf,
        (Message.Node, 5) => Message.Attribute,
        (Message.Attribute, 5) => Message.Tensor,
        (Message.Attribute, 6) => Message.Graph,
        (Message.Tensor, 13) => Message.Leaf,
        (Message.ValueInfo, 2) => Message.Type,
        (Message.Type, 1) => Message.TensorType,
        (Message.TensorType, 2) => Message.TensorShape,
        (Message.TensorShape, 1) => Message.Leaf,
        _ => Message.Other,
    };

    /// <summary>Values that packed numbers of at least so many bytes each become; 0 for what stays as long as it is.</summary>
    private static int LeastBytes(Message message, int field) => (message, field) switch
    {
        (Message.Tensor, 1 or 5 or 7 or 11) or (Message.Attribute, 8) => 1,
        (Message.Attribute, 7) => sizeof(float),
        _ => 0,
    };

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw Truncated();
            }

            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new OnnxFormatException("The ONNX file is not valid: a number has more than 10 bytes.");
    }

    private static OnnxFormatException Truncated() => new("The ONNX file is truncated or not an ONNX file.");

    private void Walk(ReadOnlySpan<byte> bytes, Message message, int depth)
    {
        if (depth > DepthPerGraph * (_options.MaxGraphDepth + 1))
        {
            throw new OnnxFormatException($"The ONNX file nests sub-graphs deeper than {_options.MaxGraphDepth} levels.");
        }

        var at = 0;
        while (at < bytes.Length)
        {
            var key = ReadVarint(bytes, ref at);
            var field = (int)Math.Min(key >> 3, int.MaxValue);
            Count(1);
            switch (key & 7)
            {
                case 0:
                    ReadVarint(bytes, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                case 2:
                    var length = ReadVarint(bytes, ref at);
                    if (length > (ulong)(bytes.Length - at))
                    {
                        throw Truncated();
                    }

                    var content = bytes.Slice(at, (int)length);
                    at += (int)length;
                    Enter(content, message, field, depth);
                    break;
                default:
                    throw new OnnxFormatException($"The ONNX file is not valid: field {field} has wire type {key & 7}; allowed 0, 1, 2 and 5.");
            }

            if (at > bytes.Length)
            {
                throw Truncated();
            }
        }
    }

    private void Enter(ReadOnlySpan<byte> content, Message message, int field, int depth)
    {
        var child = Child(message, field);
        if (child == Message.Node && ++_nodes > _options.MaxNodes)
        {
            throw new OnnxFormatException($"The ONNX graph has more than {_options.MaxNodes} nodes.");
        }

        if (child != Message.Other)
        {
            Walk(content, child, depth + 1);
        }
        else if (LeastBytes(message, field) is > 0 and var least)
        {
            // Packed numbers of one byte each become 8: the amount is bounded as that of other constants is.
            if (content.Length / least * 8L > _options.MaxConstantBytes)
            {
                throw new OnnxFormatException($"The ONNX file has a list of {content.Length / least} numbers; allowed are {_options.MaxConstantBytes} bytes of constants.");
            }
        }
    }

    private void Count(long fields)
    {
        _fields += fields;
        if (_fields > _options.MaxFields)
        {
            throw new OnnxFormatException($"The ONNX file has more than {_options.MaxFields} fields.");
        }
    }
}
