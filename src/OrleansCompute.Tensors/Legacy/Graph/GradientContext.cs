using OrleansCompute.Tensors.Legacy.Operators;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>What a gradient rule sees of the graph under construction. Not thread-safe; valid during the rule only.</summary>
public sealed class GradientContext
{
    private readonly Autograd _autograd;
    private readonly GraphNode _node;
    private readonly GraphValue? _outputGradient;

    internal GradientContext(Autograd autograd, GraphNode node, GraphValue? outputGradient)
    {
        _autograd = autograd;
        _node = node;
        _outputGradient = outputGradient;
    }

    /// <summary>Whether the node is the loss itself, whose own gradient is one.</summary>
    public bool IsRoot => _outputGradient is null;

    /// <summary>Gradient of the node's first output.</summary>
    public GraphValue OutputGradient =>
        _outputGradient ?? throw new NotSupportedException($"{_node.Operator.Name} cannot be the loss; use SoftmaxCrossEntropy.");

    /// <summary>An input of the node.</summary>
    public GraphValue Input(int index) => _node.Inputs[index];

    /// <summary>An output of the node.</summary>
    public GraphValue Output(int index) => _node.Outputs[index];

    /// <summary>Whether the input exists and depends on a parameter: others need no gradient, such as a first layer's input.</summary>
    public bool Needs(int input) => input < _node.Inputs.Count && _autograd.DependsOnParameters(_node.Inputs[input]);

    /// <summary>Appends a backward node.</summary>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, params IReadOnlyList<GraphValue> inputs) => _autograd.Apply(@operator, inputs);

    /// <summary>Gives the gradient of an input; what several users of a value give is added up.</summary>
    public void Give(int input, GraphValue gradient) => _autograd.Accumulate(_node.Inputs[input], gradient);
}
