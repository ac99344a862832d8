using Google.Protobuf;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using AttributeType = OrleansCompute.Tensors.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Writes one graph. Used once; not thread-safe.</summary>
/// <param name="graph">The graph.</param>
/// <param name="outputNames">Names of the outputs; null keeps the graph's.</param>
/// <param name="place">Moves large tensors elsewhere, or null.</param>
/// <param name="prefix">Put before the names of computed values: those of a sub-graph must differ from those around it.</param>
internal sealed class OnnxGraphWriter(Graph graph, IReadOnlyList<string>? outputNames, Action<TensorProto>? place, string prefix = "")
{
    private readonly GraphProto _wire = new() { Name = prefix.Length == 0 ? "model" : prefix };
    private readonly Dictionary<GraphValue, string> _names = [];
    private readonly Dictionary<string, string> _captured = new(StringComparer.Ordinal);

    public void AddInitializer(GraphValue value, Tensor tensor)
    {
        var proto = OnnxTensorCodec.ToProto(tensor, Name(value));
        place?.Invoke(proto);
        _wire.Initializer.Add(proto);
    }

    /// <summary>Makes an input of a sub-graph stand for a value of the graph around it.</summary>
    public void Capture(string input, string outerName) => _captured.Add(input, outerName);

    public GraphProto Write()
    {
        var expanded = OnnxExpansion.Run(graph);
        foreach (var input in expanded.Inputs)
        {
            if (_captured.TryGetValue(input.Name, out var outerName))
            {
                _names[input] = outerName;
            }
            else
            {
                _wire.Input.Add(ValueInfo(Name(input), input.Type));
            }
        }

        for (var i = 0; outputNames is not null && i < outputNames.Count; i++)
        {
            RequireFree(outputNames[i], expanded.Outputs[i], expanded);
            if (expanded.Outputs[i].Kind == GraphValueKind.Computed)
            {
                _names.TryAdd(expanded.Outputs[i], outputNames[i]);
            }
        }

        foreach (var node in expanded.Nodes)
        {
            _wire.Node.Add(Node(node));
        }

        for (var i = 0; i < expanded.Outputs.Count; i++)
        {
            var value = expanded.Outputs[i];
            var name = outputNames?[i] ?? Name(value);
            if (name != Use(value) || value.Kind != GraphValueKind.Computed)
            {
                // An output that is an input or a constant, or is there twice, gets a node of its own.
                name = outputNames?[i] ?? $"{Name(value)}$output{i}";
                _wire.Node.Add(new NodeProto { Name = name, OpType = "Identity", Input = { Use(value) }, Output = { name } });
            }

            _wire.Output.Add(ValueInfo(name, value.Type));
        }

        return _wire;
    }

    private static void RequireFree(string name, GraphValue output, Graph expanded)
    {
        if (expanded.Inputs.Concat(expanded.Nodes.SelectMany(node => node.Outputs)).Any(value => value != output && value.Name == name))
        {
            throw new NotSupportedException($"Output name '{name}' is taken by another value of the graph; choose another.");
        }
    }

    private static ValueInfoProto ValueInfo(string name, TensorType type)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type.ElementType };
        if (type.Shape.IsRankKnown)
        {
            tensor.Shape = new TensorShapeProto();
            for (var i = 0; i < type.Shape.Rank; i++)
            {
                tensor.Shape.Dim.Add(type.Shape[i] == Shape.Any
                    ? new TensorShapeProto.Types.Dimension { DimParam = i == 0 ? "N" : $"{name}_{i}" }
                    : new TensorShapeProto.Types.Dimension { DimValue = type.Shape[i] });
            }
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string Name(GraphValue value)
    {
        if (!_names.TryGetValue(value, out var name))
        {
            _names[value] = name = prefix + value.Name;
        }

        return name;
    }

    /// <summary>The name of a value that a node uses; a constant becomes an initialiser at its first use.</summary>
    private string Use(GraphValue value)
    {
        if (value.Constant is { } constant && !_names.ContainsKey(value))
        {
            AddInitializer(value, constant);
        }

        return Name(value);
    }

    private NodeProto Node(GraphNode node)
    {
        if (!OnnxExpansion.IsWritten(node.Operator))
        {
            var name = node.Operator.Domain.Length > 0 ? $"{node.Operator.Domain}.{node.Operator.Name}" : node.Operator.Name;
            throw new NotSupportedException($"Node '{node.Name}': operator {name} has no form in opset {OnnxExporter.Opset} of ONNX.");
        }

        var wire = new NodeProto { Name = prefix + node.Name, OpType = node.Operator.Name, Domain = node.Operator.Domain };
        var subGraphs = node.Operator.Attributes.Values.Where(pair => pair.Value is Graph).ToArray();
        var firstCaptured = node.Inputs.Count - subGraphs.Sum(pair => Captured(node, pair.Key, (Graph)pair.Value));
        wire.Input.AddRange(node.Inputs.Take(firstCaptured).Select(input => input is null ? "" : Use(input)));
        foreach (var (index, tensor) in node.Operator.AttributeInputs.OrderBy(pair => pair.Key))
        {
            while (wire.Input.Count <= index)
            {
                wire.Input.Add("");
            }

            var proto = OnnxTensorCodec.ToProto(tensor, $"{prefix}{node.Name}$input{index}");
            _wire.Initializer.Add(proto);
            wire.Input[index] = proto.Name;
        }

        wire.Output.AddRange(node.Outputs.Take(node.Operator.OnnxOutputCount).Select(Name));
        foreach (var (name, value) in node.Operator.Attributes.Values)
        {
            if (value is Graph body)
            {
                var count = Captured(node, name, body);
                wire.Attribute.Add(SubGraph(node, name, body, [.. node.Inputs.Skip(firstCaptured).Take(count)]));
                firstCaptured += count;
            }
            else
            {
                wire.Attribute.Add(Attribute(name, value));
            }
        }

        return wire;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (attribute.Type, attribute.I) = (AttributeType.Int, number);
                break;
            case float number:
                (attribute.Type, attribute.F) = (AttributeType.Float, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            case float[] numbers:
                attribute.Type = AttributeType.Floats;
                attribute.Floats.AddRange(numbers);
                break;
            case string[] texts:
                attribute.Type = AttributeType.Strings;
                attribute.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            case Tensor tensor:
                (attribute.Type, attribute.T) = (AttributeType.Tensor, OnnxTensorCodec.ToProto(tensor, ""));
                break;
        }

        return attribute;
    }

    private static int Captured(GraphNode node, string attribute, Graph body) => body.Inputs.Count - node.Operator.SubGraphInputs(attribute);

    /// <summary>A sub-graph refers to outer values by name; here they are its last inputs, and the node's.</summary>
    private AttributeProto SubGraph(GraphNode node, string name, Graph body, IReadOnlyList<GraphValue?> captured)
    {
        var writer = new OnnxGraphWriter(body, null, null, $"{prefix}{node.Name}.{name}.");
        for (var i = 0; i < captured.Count; i++)
        {
            writer.Capture(body.Inputs[body.Inputs.Count - captured.Count + i].Name, Use(captured[i]!));
        }

        return new AttributeProto { Name = name, Type = AttributeType.Graph, G = writer.Write() };
    }
}
