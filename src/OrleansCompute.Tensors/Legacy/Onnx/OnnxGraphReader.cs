using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>Builds a graph from the nodes of a file, in the file's order. Used once; not thread-safe.</summary>
internal sealed partial class OnnxGraphReader(GraphProto wire, long opset, OnnxImportLimits limits)
{
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<GraphValue, TensorProto> _parameters = [];
    private readonly Dictionary<(string Name, Shape Shape), GraphValue> _parameterUses = [];
    private long _elementsPerSample;

    public (Graph.Graph Graph, float[] Parameters) Read()
    {
        foreach (var initializer in wire.Initializer)
        {
            Define(initializer.Name, initializer);
        }

        ReadInput();
        foreach (var node in wire.Node)
        {
            var reader = new OnnxNodeReader(node, opset);
            if (node.Domain is not ("" or "ai.onnx"))
            {
                throw reader.Error($"domain '{node.Domain}' is not supported");
            }

            try
            {
                ReadNode(reader);
            }
            catch (Exception exception) when (exception is ShapeMismatchException or OverflowException)
            {
                throw reader.Error(exception.Message.TrimEnd('.'), exception);
            }
        }

        if (wire.Output.Count != 1)
        {
            throw new OnnxFormatException($"The graph has {wire.Output.Count} outputs; supported: one.");
        }

        if (!_values.TryGetValue(wire.Output[0].Name, out var output) || output.Kind != GraphValueKind.Computed)
        {
            throw new OnnxFormatException($"Output '{wire.Output[0].Name}' is not computed by any node.");
        }

        if (output.Type.Shape.Rank != 2 || !output.Type.Shape.HasBatch)
        {
            throw new OnnxFormatException($"Output '{wire.Output[0].Name}' has shape {output.Type.Shape}; supported: [N, classes].");
        }

        var graph = _builder.Build(output);
        var parameters = new float[graph.ParameterCount];
        foreach (var parameter in graph.Parameters)
        {
            OnnxTensors.ReadFloats(_parameters[parameter.Value], parameters.AsSpan(parameter.Offset, parameter.Length));
        }

        return (graph, parameters);
    }

    private void ReadInput()
    {
        // Files of older format versions list the initialisers among the inputs.
        var inputs = wire.Input.Where(input => !_constants.ContainsKey(input.Name)).ToArray();
        if (inputs.Length != 1)
        {
            throw new OnnxFormatException($"The graph has {inputs.Length} inputs; supported: one.");
        }

        var input = inputs[0];
        var tensor = input.Type?.TensorType;
        if (tensor?.Shape is null || tensor.ElemType != OnnxOpset.Float)
        {
            throw new OnnxFormatException($"Input '{input.Name}' has element type {tensor?.ElemType ?? 0}; expected 1 (FLOAT) with a shape.");
        }

        var dimensions = tensor.Shape.Dim;
        if (dimensions.Count is < 2 or > Shape.MaxRank)
        {
            throw new OnnxFormatException($"Input '{input.Name}' has {dimensions.Count} dimensions; supported: 2 to {Shape.MaxRank}, the batch first.");
        }

        // The first dimension is the batch, whether the file fixes it or not.
        var sizes = new int[dimensions.Count];
        sizes[0] = Shape.Batch;
        for (var i = 1; i < sizes.Length; i++)
        {
            var size = dimensions[i].DimValue;
            sizes[i] = size >= 1 && size <= limits.MaxDimension
                ? (int)size
                : throw new OnnxFormatException(
                    $"Input '{input.Name}': dimension {i} is {(dimensions[i].DimParam.Length > 0 ? dimensions[i].DimParam : size)}; allowed 1 to {limits.MaxDimension}.");
        }

        if (input.Name.Length == 0)
        {
            throw new OnnxFormatException("The graph's input has no name.");
        }

        try
        {
            _values.Add(input.Name, _builder.AddInput(input.Name, TensorType.Real(sizes)));
        }
        catch (ShapeMismatchException exception)
        {
            throw new OnnxFormatException($"Input '{input.Name}': {exception.Message}", exception);
        }

        RequireSize(_values[input.Name], message => new OnnxFormatException($"Input '{input.Name}': {message}."));
    }

    private void Define(string name, TensorProto tensor)
    {
        if (name.Length == 0 || _values.ContainsKey(name) || !_constants.TryAdd(name, tensor))
        {
            throw new OnnxFormatException(name.Length == 0 ? "An initialiser has no name." : $"The name '{name}' is defined twice.");
        }
    }

    private void Define(OnnxNodeReader node, GraphValue value)
    {
        var name = node.Output();
        if (_constants.ContainsKey(name) || !_values.TryAdd(name, value))
        {
            throw node.Error($"its output '{name}' is defined twice");
        }

        RequireSize(value, message => node.Error(message));
    }

    private void RequireSize(GraphValue value, Func<string, OnnxFormatException> error)
    {
        if (value.Type.Shape.Elements > limits.MaxElementsPerSample)
        {
            throw error($"shape {value.Type.Shape} has {value.Type.Shape.Elements} elements per sample; allowed up to {limits.MaxElementsPerSample}");
        }

        _elementsPerSample += value.Type.Shape.Elements;
        if (_elementsPerSample > limits.MaxTotalElementsPerSample)
        {
            throw error($"all values together have more than {limits.MaxTotalElementsPerSample} elements per sample");
        }
    }

    /// <summary>A value computed before; the file's order must be topological, so a cycle shows as an unknown name.</summary>
    private GraphValue Value(OnnxNodeReader node, int index)
    {
        var name = node.Input(index);
        if (_values.TryGetValue(name, out var value))
        {
            return value;
        }

        throw node.Error(_constants.ContainsKey(name)
            ? $"input {index}, '{name}', is a constant; a computed value is expected"
            : $"input {index}, '{name}', is not defined by an earlier node: a cycle, or nodes out of order");
    }

    /// <summary>A constant as a trainable parameter.</summary>
    /// <param name="node">The node that uses it.</param>
    /// <param name="index">Which input it is.</param>
    /// <param name="asVector">Whether [1, n] is read as [n].</param>
    private GraphValue Parameter(OnnxNodeReader node, int index, bool asVector = false)
    {
        var name = node.Input(index);
        if (!_constants.TryGetValue(name, out var tensor))
        {
            throw node.Error($"input {index}, '{name}', must be an initialiser or a Constant");
        }

        var shape = OnnxTensors.ReadShape(tensor, limits);
        if (asVector && shape.Rank == 2 && shape[0] == 1)
        {
            shape = new Shape(shape[1]);
        }

        if (_parameterUses.TryGetValue((name, shape), out var known))
        {
            return known;
        }

        OnnxTensors.RequireData(tensor, shape, OnnxOpset.Float, "FLOAT");
        if ((long)_builder.ParameterCount + shape.Elements > limits.MaxParameters)
        {
            throw node.Error($"the parameters exceed {limits.MaxParameters} floats in all");
        }

        // Used as [1, n] and as [n], one constant becomes two parameters.
        var value = _builder.AddParameter(_builder.FreeName(name), shape, ParameterInitializer.Glorot);
        _parameterUses.Add((name, shape), value);
        _parameters.Add(value, tensor);
        return value;
    }

    private void Apply(OnnxNodeReader node, Operator @operator, params IReadOnlyList<GraphValue> inputs)
    {
        var name = node.Output();
        Define(node, _builder.Apply(@operator, inputs, _builder.IsFree(name) ? name : null)[0]);
    }
}
