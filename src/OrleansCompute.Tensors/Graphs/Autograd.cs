using OrleansCompute.Tensors.Operators.Elementwise;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>
/// Reverse-mode differentiation: appends backward nodes in reverse order of the forward ones. The result is an ordinary graph, so it can
/// be differentiated again, optimised and compiled. Used once; not thread-safe.
/// </summary>
public sealed class Autograd
{
    private readonly HashSet<GraphValue> _wanted = [];
    private readonly Dictionary<GraphValue, GraphValue> _gradients = [];

    private Autograd(GraphBuilder builder, IEnumerable<GraphValue> targets)
    {
        Builder = builder;
        _wanted.UnionWith(targets);
        foreach (var node in builder.Nodes)
        {
            if (node.Inputs.Any(value => value is not null && _wanted.Contains(value)))
            {
                _wanted.UnionWith(node.Outputs);
            }
        }
    }

    internal GraphBuilder Builder { get; }

    /// <summary>Appends what computes the gradients of a scalar.</summary>
    /// <param name="builder">The graph under construction.</param>
    /// <param name="loss">A value with one element.</param>
    /// <param name="targets">Inputs, parameters or computed values.</param>
    /// <param name="seed">Gradient of the loss itself, of its shape; default 1.</param>
    /// <returns>For each target its gradient; null when the loss does not depend on it.</returns>
    /// <exception cref="NotSupportedException">An operator on the way has no gradient; the message names the node.</exception>
    public static IReadOnlyList<GraphValue?> Append(GraphBuilder builder, GraphValue loss, IReadOnlyList<GraphValue> targets, GraphValue? seed = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(targets);
        if (seed is null && loss.Type.IsStatic && loss.Type.Shape.Elements != 1)
        {
            throw new ArgumentException($"The loss {loss} must have one element; reduce it, or give the gradient to start with.", nameof(loss));
        }

        var forward = builder.Nodes.ToArray();
        var autograd = new Autograd(builder, targets);
        autograd._gradients[loss] = seed ?? builder.Apply(new OnesLikeOperator(), loss)[0];
        foreach (var node in forward.Reverse())
        {
            if (node.Outputs.Any(autograd._gradients.ContainsKey) && node.Inputs.Any(value => value is not null && autograd.IsWanted(value)))
            {
                if (!node.Operator.HasGradient)
                {
                    throw new NotSupportedException(node.Operator is { Domain: "oc" } fused && fused.Name.EndsWith("Gradient", StringComparison.Ordinal)
                        ? $"Node {node.Name}: {fused.Name} has no gradient, so that there is no second derivative through {fused.Name[..^"Gradient".Length]}. Write the model with its parts (sums, products, exponentials) there."
                        : $"Node {node.Name}: {node.Operator.Name} has no gradient.");
                }

                node.Operator.AppendGradient(new GradientContext(autograd, node));
            }
        }

        return [.. targets.Select(autograd._gradients.GetValueOrDefault)];
    }

    internal GraphValue? GradientOf(GraphValue value) => _gradients.GetValueOrDefault(value);

    internal bool IsWanted(GraphValue value) => _wanted.Contains(value);

    internal void Accumulate(GraphValue value, GraphValue gradient) =>
        _gradients[value] = _gradients.TryGetValue(value, out var before) ? Builder.Apply(new AddOperator(), before, gradient)[0] : gradient;
}
