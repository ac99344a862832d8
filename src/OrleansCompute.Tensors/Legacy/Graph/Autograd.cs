using OrleansCompute.Tensors.Legacy.Operators;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>Reverse-mode differentiation: appends backward nodes in reverse order of the forward ones. Used once; not thread-safe.</summary>
internal sealed class Autograd
{
    private readonly GraphBuilder _builder;
    private readonly HashSet<GraphValue> _dependent = [];
    private readonly Dictionary<GraphValue, GraphValue> _gradients = [];

    private Autograd(GraphBuilder builder)
    {
        _builder = builder;
        _dependent.UnionWith(builder.Parameters.Select(parameter => parameter.Value));
        foreach (var node in builder.Nodes)
        {
            if (node.Inputs.Any(_dependent.Contains))
            {
                _dependent.UnionWith(node.Outputs);
            }
        }
    }

    /// <summary>Appends the backward nodes of <paramref name="loss"/>.</summary>
    /// <returns>The gradient of every parameter that the loss depends on.</returns>
    public static IReadOnlyDictionary<GraphValue, GraphValue> Append(GraphBuilder builder, GraphValue loss)
    {
        var autograd = new Autograd(builder);
        foreach (var node in builder.Nodes.Reverse().ToArray())
        {
            var isRoot = node.Outputs[0] == loss;
            autograd._gradients.TryGetValue(node.Outputs[0], out var gradient);
            if ((isRoot || gradient is not null) && node.Inputs.Any(autograd.DependsOnParameters))
            {
                node.Operator.AppendGradient(new GradientContext(autograd, node, isRoot ? null : gradient));
            }
        }

        return builder.Parameters
            .Where(parameter => autograd._gradients.ContainsKey(parameter.Value))
            .ToDictionary(parameter => parameter.Value, parameter => autograd._gradients[parameter.Value]);
    }

    public bool DependsOnParameters(GraphValue value) => _dependent.Contains(value);

    public IReadOnlyList<GraphValue> Apply(Operator @operator, IReadOnlyList<GraphValue> inputs) => _builder.Apply(@operator, inputs);

    public void Accumulate(GraphValue value, GraphValue gradient) =>
        _gradients[value] = _gradients.TryGetValue(value, out var before) ? _builder.Apply(new AddOperator(), [before, gradient])[0] : gradient;
}
