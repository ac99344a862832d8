using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>What a gradient rule sees of the graph under construction. Not thread-safe; valid during the rule only.</summary>
public sealed class GradientContext : IOperatorTarget<GraphValue>
{
    private readonly Autograd _autograd;
    private readonly GraphNode _node;

    internal GradientContext(Autograd autograd, GraphNode node)
    {
        _autograd = autograd;
        _node = node;
    }

    /// <summary>The node, for messages.</summary>
    internal GraphNode Node => _node;

    /// <summary>Number of inputs, with those left out in between.</summary>
    public int InputCount => _node.Inputs.Count;

    /// <summary>Gradient of the first output; zeros if only other outputs are used.</summary>
    public GraphValue OutputGradient => Gradient(0);

    /// <summary>Gradient of an output; zeros like it when nobody uses it.</summary>
    public GraphValue Gradient(int output) => _autograd.GradientOf(_node.Outputs[output])
        ?? Apply(new Operators.Elementwise.ZerosLikeOperator(), _node.Outputs[output])[0];

    /// <summary>Whether the loss depends on this output.</summary>
    public bool HasGradient(int output) => _autograd.GradientOf(_node.Outputs[output]) is not null;

    /// <summary>An input that must be there.</summary>
    public GraphValue Input(int index) => _node.Inputs[index] ?? throw new InvalidOperationException($"{_node}: input {index} is left out.");

    /// <summary>An optional input, null when it is left out.</summary>
    public GraphValue? OptionalInput(int index) => index < _node.Inputs.Count ? _node.Inputs[index] : null;

    /// <summary>An output of the node.</summary>
    public GraphValue Output(int index) => _node.Outputs[index];

    /// <summary>Whether the input exists and a gradient is wanted for it: others need none, such as a first layer's input.</summary>
    public bool Needs(int input) => input < _node.Inputs.Count && _node.Inputs[input] is { } value && _autograd.IsWanted(value);

    /// <inheritdoc/>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, params IReadOnlyList<GraphValue?> inputs) => _autograd.Builder.Apply(@operator, inputs);

    /// <inheritdoc/>
    public GraphValue Constant(Tensor tensor) => _autograd.Builder.Constant(tensor);

    /// <summary>Gives the gradient of an input; what several users of a value give is added up.</summary>
    /// <param name="input">Number of the input; nothing happens when <see cref="Needs"/> is false for it.</param>
    /// <param name="gradient">Its gradient, of the input's shape.</param>
    public void Give(int input, GraphValue gradient)
    {
        if (Needs(input))
        {
            _autograd.Accumulate(Input(input), gradient);
        }
    }

    /// <summary>
    /// Gives the gradients of a form of the operator in operators that have gradients: how fused gradients are differentiated again.
    /// </summary>
    /// <param name="compose">The form: outputs from inputs (null where one is left out); null for an output that has none.</param>
    internal void GiveComposed(Func<GraphBuilder, GraphValue?[], IReadOnlyList<GraphValue?>> compose)
    {
        GraphValue?[] seeds = [.. _node.Outputs.Select(_autograd.GradientOf)];
        var gradients = ComposedGradient.Append(_autograd.Builder, _node.Inputs, inputs => compose(_autograd.Builder, inputs), seeds);
        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                Give(i, gradient);
            }
        }
    }

    /// <summary>
    /// The gradients of a form in operators that have gradients, as values: what a fused gradient computes, in a form that can be
    /// differentiated.
    /// </summary>
    /// <param name="builder">The graph under construction.</param>
    /// <param name="inputs">Inputs of the forward operator.</param>
    /// <param name="forward">Its form: the output from the inputs.</param>
    /// <param name="dy">Gradient of the output.</param>
    internal static GraphValue?[] OfForm(GraphBuilder builder, GraphValue?[] inputs, Func<GraphValue?[], GraphValue> forward, GraphValue dy) =>
        ComposedGradient.Append(builder, inputs, own => [forward(own)], [dy]);

    /// <summary>Gives the gradient of an input that may have been broadcast: it is summed over the repeated dimensions first.</summary>
    public void GiveSummed(int input, GraphValue gradient)
    {
        if (Needs(input))
        {
            var target = Input(input);
            var same = target.Type.IsStatic && gradient.Type.IsStatic && target.Type.Shape.Equals(gradient.Type.Shape);
            _autograd.Accumulate(target, same ? gradient : Apply(new Operators.Elementwise.SumToLikeOperator(), gradient, target)[0]);
        }
    }
}
