using System.Runtime.CompilerServices;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Builds a graph from the nodes of a file, in the file's order. A sub-graph that uses values of the graph around it gets them as further
/// inputs, behind its own; the node gets them behind its own as well, sub-graph after sub-graph in the order of the attributes' names.
/// Used once; not thread-safe.
/// </summary>
internal sealed class OnnxGraphReader(
    GraphProto wire, IReadOnlyDictionary<string, int> opsets, OnnxImportOptions options, OnnxGraphReader? outer = null)
{
    private const int MaxMessage = 1000;
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly List<GraphValue> _captured = [];
    private readonly StrongBox<int> _sequenceParts = outer?._sequenceParts ?? new StrongBox<int>();
    private OnnxSequences? _sequences;
    private long _constantBytes;

    public Graph ReadModel()
    {
        if (wire.Output.Count == 0)
        {
            throw new OnnxFormatException("The graph has no outputs.");
        }

        return Read();
    }

    private Graph Read()
    {
        if (wire.SparseInitializer.Count > 0)
        {
            throw new OnnxFormatException($"Graph '{wire.Name}' has sparse initialisers; they are not supported: export dense ones.");
        }

        var initializers = wire.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var input in wire.Input)
        {
            // Files of older format versions list the initialisers among the inputs.
            if (!initializers.Contains(input.Name))
            {
                Define(input.Name, ReadInput(input));
            }
        }

        foreach (var initializer in wire.Initializer)
        {
            Define(initializer.Name, ReadInitializer(initializer));
        }

        foreach (var node in wire.Node)
        {
            ReadNode(node);
        }

        return _builder.Build([.. wire.Output.Select(output => Find(output.Name)
            ?? throw new OnnxFormatException(IsSequence(output.Name)
                ? $"Output '{output.Name}' is a sequence; only tensors are supported."
                : $"Output '{output.Name}' is not computed by any node."))]);
    }

    /// <summary>Shapes and lists in a message are as long as the file has them.</summary>
    private static string Shorten(string text) => text.Length <= MaxMessage ? text : $"{text[..(MaxMessage / 2)]} … {text[^(MaxMessage / 2)..]}";

    private static string Describe(NodeProto node, int opset) =>
        $"Node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "?")}', operator {(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.OpType}, opset {opset}";

    private GraphValue ReadInput(ValueInfoProto input)
    {
        if (input.Type is { TensorType: null } other && other.ValueCase != TypeProto.ValueOneofCase.None)
        {
            throw new OnnxFormatException($"Input '{input.Name}' is a {other.ValueCase}; only tensors are supported.");
        }

        var tensor = input.Type?.TensorType;
        var type = (ElementType)(tensor?.ElemType ?? 0);
        if (!Enum.IsDefined(type))
        {
            throw new OnnxFormatException($"Input '{input.Name}' has element type {(int)type}; supported: {string.Join(", ", Enum.GetNames<ElementType>().Skip(1))}.");
        }

        if (tensor?.Shape is null)
        {
            return _builder.AddInput(input.Name, new TensorType(type, Shape.Unknown));
        }

        var sizes = tensor.Shape.Dim.Select(size => size.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue
            ? size.DimValue >= 0 && size.DimValue <= options.MaxElements
                ? (int)size.DimValue
                : throw new OnnxFormatException($"Input '{input.Name}' has a dimension of {size.DimValue}; allowed 0 to {options.MaxElements}.")
            : Shape.Any).ToArray();
        try
        {
            return _builder.AddInput(input.Name, new TensorType(type, new Shape(sizes)), [.. tensor.Shape.Dim.Select(size => (string?)size.DimParam)]);
        }
        catch (ShapeMismatchException exception)
        {
            throw new OnnxFormatException($"Input '{input.Name}': {exception.Message}", exception);
        }
    }

    private GraphValue ReadInitializer(TensorProto initializer)
    {
        var tensor = OnnxTensorCodec.Read(initializer, options);
        CountConstant(tensor.Type.Bytes, initializer.Name);
        return options.AreParametersTrainable && tensor.ElementType == ElementType.Float32 && tensor.Shape.Rank > 0 && outer is null
            ? _builder.AddParameter(initializer.Name, tensor.Shape, ParameterInitializer.Zeros, tensor)
            : _builder.AddConstant(initializer.Name, tensor);
    }

    private void CountConstant(long bytes, string name)
    {
        _constantBytes += bytes;
        if (_constantBytes > options.MaxConstantBytes)
        {
            throw new OnnxFormatException($"With '{name}' the constants have more than {options.MaxConstantBytes} bytes.");
        }
    }

    private void ReadNode(NodeProto node)
    {
        var domain = node.Domain is "ai.onnx" ? "" : node.Domain;
        var opset = opsets.GetValueOrDefault(domain, 1);
        OnnxFormatException Error(string what, Exception? cause = null) => new($"{Describe(node, opset)}: {Shorten(what).TrimEnd('.')}.", cause!);
        if (ReadSequence(node, domain, Error))
        {
            return;
        }

        var definition = options.Registry.Find(domain, node.OpType) ?? throw Error("the operator is not supported");
        if (opset < definition.SinceOpset && domain.Length == 0)
        {
            throw Error($"the operator is supported from opset {definition.SinceOpset} on; convert the model");
        }

        try
        {
            var inputs = new List<GraphValue?>();
            foreach (var name in node.Input)
            {
                inputs.Add(name.Length == 0 ? null : Require(name));
            }

            var attributes = OperatorAttributes.Empty;
            foreach (var attribute in node.Attribute.OrderBy(attribute => attribute.Name, StringComparer.Ordinal))
            {
                if (attributes.Has(attribute.Name))
                {
                    throw Error($"attribute '{attribute.Name}' is given twice");
                }

                attributes = attributes.With(attribute.Name, ReadAttribute(attribute, inputs, Error));
            }

            var request = new OperatorRequest(node.OpType, domain, opset, attributes, node.Input.Count, node.Output.Count);
            OldBroadcasting.Align(_builder, request, inputs);
            var outputs = _builder.Apply(definition.Create(request), inputs, node.Output.FirstOrDefault() is { Length: > 0 } first ? first : null);
            for (var i = 0; i < node.Output.Count; i++)
            {
                if (i >= outputs.Count && node.Output[i].Length > 0)
                {
                    throw Error($"it names {node.Output.Count} outputs; there are {outputs.Count}");
                }

                if (node.Output[i].Length > 0)
                {
                    RequireSize(outputs[i], Error);
                    Define(node.Output[i], outputs[i]);
                }
            }
        }
        catch (Exception exception) when (exception is ShapeMismatchException or FormatException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw Error(exception.Message, exception);
        }
    }

    /// <summary>A value by name.</summary>
    /// <exception cref="NotSupportedException">It is a sequence.</exception>
    /// <exception cref="FormatException">There is none.</exception>
    private GraphValue Require(string name) => Find(name) ?? throw (IsSequence(name)
        ? new NotSupportedException($"input '{name}' is a sequence; only operators of sequences take one, in the graph that makes it")
        : new FormatException($"input '{name}' is not defined before it is used"));

    private bool IsSequence(string name) => _sequences?.Contains(name) == true || outer?.IsSequence(name) == true;

    /// <summary>Takes a node of sequences apart; false when it is none.</summary>
    private bool ReadSequence(NodeProto node, string domain, Func<string, Exception?, OnnxFormatException> error)
    {
        var isCopy = domain.Length == 0 && node is { OpType: "Identity", Input.Count: 1, Output.Count: 1 } && _sequences?.Contains(node.Input[0]) == true;
        if (!isCopy && !OnnxSequences.Has(domain, node.OpType))
        {
            return false;
        }

        try
        {
            _sequences ??= new OnnxSequences(_builder, _sequenceParts);
            var output = node.Output.Count == 1 && node.Output[0].Length > 0 && !_values.ContainsKey(node.Output[0])
                ? node.Output[0]
                : throw new FormatException($"It has outputs '{string.Join("', '", node.Output)}'; it must have one of a name of its own");
            if (isCopy)
            {
                _sequences.Copy(node.Input[0], output);
                return true;
            }

            var unused = new List<GraphValue?>();
            var attributes = node.Attribute.Aggregate(OperatorAttributes.Empty, (all, attribute) => all.With(attribute.Name, ReadAttribute(attribute, unused, error)));
            if (_sequences.Apply(node.OpType, attributes, node.Input, Require, output) is { } tensor)
            {
                RequireSize(tensor, error);
                Define(output, tensor);
            }

            return true;
        }
        catch (Exception exception) when (exception is ShapeMismatchException or FormatException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw error(exception.Message, exception);
        }
    }

    private void RequireSize(GraphValue value, Func<string, Exception?, OnnxFormatException> error)
    {
        if (value.Type.IsStatic && value.Type.Shape.Elements > options.MaxElements)
        {
            throw error($"its output has {value.Type.Shape.Elements} elements; allowed up to {options.MaxElements}", null);
        }
    }

    private object ReadAttribute(AttributeProto attribute, List<GraphValue?> inputs, Func<string, Exception?, OnnxFormatException> error)
    {
        switch (attribute.Type)
        {
            case AttributeProto.Types.AttributeType.Float:
                return attribute.F;
            case AttributeProto.Types.AttributeType.Int:
                return attribute.I;
            case AttributeProto.Types.AttributeType.String:
                return attribute.S.ToStringUtf8();
            case AttributeProto.Types.AttributeType.Floats:
                return attribute.Floats.ToArray();
            case AttributeProto.Types.AttributeType.Ints:
                return attribute.Ints.ToArray();
            case AttributeProto.Types.AttributeType.Strings:
                return attribute.Strings.Select(text => text.ToStringUtf8()).ToArray();
            case AttributeProto.Types.AttributeType.Tensor when attribute.T is not null:
                var tensor = OnnxTensorCodec.Read(attribute.T, options);
                CountConstant(tensor.Type.Bytes, attribute.Name);
                return tensor;
            case AttributeProto.Types.AttributeType.Graph when attribute.G is not null:
                var reader = new OnnxGraphReader(attribute.G, opsets, options, this);
                var graph = reader.Read();
                inputs.AddRange(reader._captured);
                return graph;
            default:
                throw error($"attribute '{attribute.Name}' has type {attribute.Type}; it is not supported", null);
        }
    }

    /// <summary>A value by name: of this graph, or of a graph around it; null when there is none.</summary>
    private GraphValue? Find(string name)
    {
        if (_values.TryGetValue(name, out var value))
        {
            return value;
        }

        if (outer?.Find(name) is not { } captured)
        {
            return null;
        }

        if (captured.Constant is { } constant)
        {
            value = _builder.AddConstant(name, constant);
        }
        else
        {
            value = _builder.AddInput(name, captured.Type);
            _captured.Add(captured);
        }

        _values.Add(name, value);
        return value;
    }

    private void Define(string name, GraphValue value)
    {
        if (name.Length == 0 || !_values.TryAdd(name, value))
        {
            throw new OnnxFormatException($"Value '{name}' is defined twice, or has no name.");
        }
    }
}
