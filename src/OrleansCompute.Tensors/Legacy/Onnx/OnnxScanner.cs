namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>
/// Walks the bytes of a model without allocating, and refuses what would cost more memory than the limits allow, before the parser
/// creates objects for it. Used once per file.
/// </summary>
internal ref struct OnnxScanner
{
    private const int MaxDepth = 16;
    private readonly OnnxImportLimits _limits;
    private int _fields;
    private int _nodes;

    private OnnxScanner(OnnxImportLimits limits) => _limits = limits;

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

    public static void Check(ReadOnlySpan<byte> model, OnnxImportLimits limits)
    {
        if (model.Length > limits.MaxBytes)
        {
            throw new OnnxFormatException($"The ONNX file has {model.Length} bytes; allowed up to {limits.MaxBytes}.");
        }

        new OnnxScanner(limits).Walk(model, Message.Model, 0);
    }

    /// <summary>What the length-delimited field of a message is.</summary>
    private static Message Child(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) => Message.Graph,
        (Message.Model, 8 or 14) => Message.Leaf,
        (Message.Graph, 1) => Message.Node,
        (Message.Graph, 5) => Message.Tensor,
        (Message.Graph, 11 or 12 or 13) => Message.ValueInfo,
        (Message.Node, 5) => Message.Attribute,
        (Message.Attribute, 5) => Message.Tensor,
        (Message.ValueInfo, 2) => Message.Type,
        (Message.Type, 1) => Message.TensorType,
        (Message.TensorType, 2) => Message.TensorShape,
        (Message.TensorShape, 1) => Message.Leaf,
        _ => Message.Other,
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
        if (depth > MaxDepth)
        {
            throw new OnnxFormatException($"The ONNX file nests messages deeper than {MaxDepth} levels.");
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
        if (child == Message.Node && ++_nodes > _limits.MaxNodes)
        {
            throw new OnnxFormatException($"The ONNX graph has more than {_limits.MaxNodes} nodes.");
        }

        if (child != Message.Other)
        {
            Walk(content, child, depth + 1);
        }
        else if ((message == Message.Tensor && field is 1 or 5 or 7) || (message == Message.Attribute && field is 7 or 8))
        {
            // Packed numbers of one byte or more each become 4 or 8 bytes; packed floats stay as long as they are.
            Count(field == 7 && message == Message.Attribute ? content.Length / sizeof(float) : content.Length);
        }
    }

    private void Count(int fields)
    {
        _fields += fields;
        if (_fields > _limits.MaxFields || _fields < 0)
        {
            throw new OnnxFormatException($"The ONNX file has more than {_limits.MaxFields} fields.");
        }
    }
}
