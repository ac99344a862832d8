using OrleansCompute.Tensors.Onnx.Wire;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>The attributes of one node, checked; every error names node, operator and opset. Not thread-safe.</summary>
internal sealed class OnnxNodeReader
{
    private readonly NodeProto _node;
    private readonly string _label;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    public OnnxNodeReader(NodeProto node, long opset)
    {
        _node = node;
        _label = $"Node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "?")}', operator {node.OpType}, opset {opset}";
        foreach (var attribute in node.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute))
            {
                throw Error($"attribute '{attribute.Name}' is given twice");
            }
        }
    }

    public string Operator => _node.OpType;

    public OnnxFormatException Error(string what, Exception? cause = null) =>
        cause is null ? new OnnxFormatException($"{_label}: {what}.") : new OnnxFormatException($"{_label}: {what}.", cause);

    /// <summary>Whether an optional input is given.</summary>
    public bool HasInput(int index) => index < _node.Input.Count && _node.Input[index].Length > 0;

    public string Input(int index) => HasInput(index) ? _node.Input[index] : throw Error($"input {index} is missing");

    /// <summary>The name of the one output.</summary>
    public string Output()
    {
        if (_node.Output.Count == 0 || _node.Output[0].Length == 0)
        {
            throw Error("it has no output");
        }

        return _node.Output.Skip(1).All(name => name.Length == 0)
            ? _node.Output[0]
            : throw Error($"it has {_node.Output.Count} outputs; only the first is supported");
    }

    public void RequireInputs(int least, int most)
    {
        if (_node.Input.Count < least || _node.Input.Count > most)
        {
            throw Error($"it has {_node.Input.Count} inputs; expected {least} to {most}");
        }
    }

    /// <summary>Refuses attributes that were not asked for: ignoring one could change the result silently.</summary>
    public void RequireOnly(params string[] known)
    {
        if (_attributes.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw Error($"attribute '{unknown}' is not supported");
        }
    }

    public long Int(string name, long missing) => _attributes.TryGetValue(name, out var attribute) ? attribute.I : missing;

    public void RequireInt(string name, long missing, params long[] allowed)
    {
        var value = Int(name, missing);
        if (!allowed.Contains(value))
        {
            throw Error($"{name} is {value}; supported: {string.Join(", ", allowed)}");
        }
    }

    public void RequireFloat(string name, float allowed)
    {
        if (_attributes.TryGetValue(name, out var attribute) && attribute.F != allowed)
        {
            throw Error($"{name} is {attribute.F}; supported: {allowed}");
        }
    }

    public string Text(string name, string missing) => _attributes.TryGetValue(name, out var attribute) ? attribute.S.ToStringUtf8() : missing;

    public TensorProto? Tensor(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute.T : null;

    /// <summary>A list whose elements must all be the same, as that one number within 0 to 2^20.</summary>
    public int Uniform(string name, int count, int? missing)
    {
        if (!_attributes.TryGetValue(name, out var attribute))
        {
            return missing ?? throw Error($"attribute '{name}' is missing");
        }

        var values = attribute.Ints;
        if (values.Count != count || values.Any(value => value != values[0]) || values[0] < 0 || values[0] > 1 << 20)
        {
            throw Error($"{name} is [{string.Join(", ", values.Take(8))}]; supported: {count} equal numbers of 0 to {1 << 20}");
        }

        return (int)values[0];
    }

    public IReadOnlyList<long>? Ints(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute.Ints : null;
}
