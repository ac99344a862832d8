using System.Buffers.Binary;
using Google.Protobuf;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>Writes classifiers as ONNX (opset 17, standard operators only, batch dimension "N"). Stateless and thread-safe.</summary>
public static class OnnxExporter
{
    /// <summary>Name of the output.</summary>
    public const string OutputName = "probabilities";

    /// <summary>Writes a model; the same arguments give the same bytes. A Softmax is added unless the graph ends in one.</summary>
    /// <param name="graph">Graph with one input and logits or probabilities [N, classes] as its output.</param>
    /// <param name="parameters">The flat parameter vector, graph.ParameterCount floats.</param>
    /// <param name="producerVersion">Version of the program that writes it.</param>
    /// <param name="metadata">Properties to store in the file.</param>
    /// <exception cref="NotSupportedException">The graph has an operator without an ONNX form.</exception>
    public static byte[] Export(
        Graph.Graph graph, ReadOnlySpan<float> parameters, string producerVersion, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(producerVersion);
        ArgumentNullException.ThrowIfNull(metadata);
        if (parameters.Length != graph.ParameterCount)
        {
            throw new ShapeMismatchException($"Parameters [{parameters.Length}] for a graph with [{graph.ParameterCount}].");
        }

        graph.RequireSingleImageInput();
        var wire = new GraphProto { Name = "model" };
        wire.Input.Add(ValueInfo(graph.Inputs[0].Name, graph.Inputs[0].Type.Shape));
        foreach (var parameter in graph.Parameters)
        {
            wire.Initializer.Add(Tensor(parameter, parameters.Slice(parameter.Offset, parameter.Length)));
        }

        foreach (var node in graph.WithoutUnused(graph.Logits).Nodes)
        {
            wire.Node.Add(Node(node, wire));
        }

        wire.Node.Add(new NodeProto
        {
            Name = OutputName,
            OpType = "Softmax",
            Input = { graph.Logits.Name },
            Output = { OutputName },
            Attribute = { Int("axis", -1) },
        });
        wire.Output.Add(ValueInfo(OutputName, graph.Logits.Type.Shape));

        var model = new ModelProto
        {
            IrVersion = OnnxOpset.IrVersion,
            ProducerName = "OrleansCompute",
            ProducerVersion = producerVersion,
            Graph = wire,
            OpsetImport = { new OperatorSetIdProto { Version = OnnxOpset.Exported } },
        };
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }

    private static NodeProto Node(GraphNode node, GraphProto graph)
    {
        if (node.Outputs[0].Name == OutputName)
        {
            throw new NotSupportedException($"Node '{node.Name}' has the name of the exported output; rename it.");
        }

        var wire = new NodeProto { Name = node.Name, OpType = node.Operator.Name };
        wire.Input.AddRange(node.Inputs.Select(value => value.Name));
        wire.Output.Add(node.Outputs[0].Name);
        switch (node.Operator)
        {
            case Conv2dOperator conv:
                var weights = node.Inputs[1].Type.Shape;
                wire.Attribute.Add(Ints("kernel_shape", weights[2], weights[3]));
                wire.Attribute.Add(Ints("strides", conv.Stride, conv.Stride));
                wire.Attribute.Add(Ints("pads", conv.Padding, conv.Padding, conv.Padding, conv.Padding));
                break;
            case MaxPool2dOperator pool:
                wire.Attribute.Add(Ints("kernel_shape", pool.Size, pool.Size));
                wire.Attribute.Add(Ints("strides", pool.Stride, pool.Stride));
                break;
            case GemmOperator { TransposeA: false } gemm:
                wire.Attribute.Add(Int("transB", gemm.TransposeB ? 1 : 0));
                break;
            case FlattenOperator:
                wire.Attribute.Add(Int("axis", 1));
                break;
            case SoftmaxOperator or LogSoftmaxOperator:
                wire.Attribute.Add(Int("axis", -1));
                break;
            case ReshapeOperator reshape:
                var shape = new TensorProto { Name = $"{node.Name}$shape", DataType = OnnxOpset.Int64, Dims = { reshape.Target.Rank } };

                // Zero keeps the input's dimension: the batch.
                shape.Int64Data.AddRange(reshape.Target.Dimensions.Select((dimension, i) => i == 0 ? 0L : dimension));
                graph.Initializer.Add(shape);
                wire.Input.Add(shape.Name);
                break;
            case ReluOperator or AddOperator:
                break;
            default:
                throw new NotSupportedException($"Node '{node.Name}': operator {node.Operator.Name} has no ONNX form.");
        }

        return wire;
    }

    private static TensorProto Tensor(GraphParameter parameter, ReadOnlySpan<float> values)
    {
        // The format is little-endian on every machine.
        var raw = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        }

        var tensor = new TensorProto
        {
            Name = parameter.Name,
            DataType = OnnxOpset.Float,
            RawData = UnsafeByteOperations.UnsafeWrap(raw),
        };
        tensor.Dims.AddRange(parameter.Shape.Dimensions.Select(dimension => (long)dimension));
        return tensor;
    }

    private static ValueInfoProto ValueInfo(string name, Shape shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = OnnxOpset.Float, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(shape.Dimensions.Select(dimension => dimension == Shape.Batch
            ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
            : new TensorShapeProto.Types.Dimension { DimValue = dimension }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }
}
