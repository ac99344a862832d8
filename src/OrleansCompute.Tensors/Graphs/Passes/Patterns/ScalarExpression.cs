using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// The element-wise nodes behind a value as a function of one other value: evaluated in double at given points. Not thread-safe.
/// </summary>
internal sealed class ScalarExpression
{
    /// <summary>Most nodes of an expression: the longest written form of an activation (Gelu by tanh with each product of its own) has 10.</summary>
    private const int MaxNodes = 12;

    private readonly GraphRewriter _rewriter;
    private readonly GraphNode _root;
    private readonly List<GraphNode> _nodes = [];

    public ScalarExpression(GraphRewriter rewriter, GraphNode root)
    {
        _rewriter = rewriter;
        _root = root;
        _nodes.Add(root);
        for (var i = 0; i < _nodes.Count && _nodes.Count < MaxNodes; i++)
        {
            foreach (var value in Arguments(_nodes[i]))
            {
                if (rewriter.Producer(value) is { } node && IsStep(node) && !_nodes.Contains(node) && _nodes.Count < MaxNodes)
                {
                    _nodes.Add(node);
                }
            }
        }
    }

    /// <summary>Values that the root may be a function of, the nearest first.</summary>
    public IEnumerable<GraphValue> Candidates => _nodes.SelectMany(Arguments).Distinct();

    /// <summary>The root at points of a value, and the nodes between; null when it depends on something else as well.</summary>
    public (double[] Results, MatchedNodes Matched, int Count)? Evaluate(GraphValue argument, double[] points)
    {
        var known = new Dictionary<GraphValue, double[]> { [argument] = points };
        var nodes = new HashSet<GraphNode>();
        if (Evaluate(_root, argument, known, nodes) is not { } results)
        {
            return null;
        }

        var matched = new MatchedNodes(_rewriter);
        foreach (var node in nodes)
        {
            matched.Add(node);
        }

        return (results, matched, nodes.Count);
    }

    /// <summary>Whether a node is a function that one comparison of values settles: smooth, or with its corners near zero.</summary>
    private static bool IsSettled(ElementOpcode opcode) => opcode is ElementOpcode.Add or ElementOpcode.Sub or ElementOpcode.Mul or ElementOpcode.Div
        or ElementOpcode.Neg or ElementOpcode.Reciprocal or ElementOpcode.Sqrt or ElementOpcode.Square or ElementOpcode.Exp or ElementOpcode.Log
        or ElementOpcode.Tanh or ElementOpcode.Sigmoid or ElementOpcode.Erf or ElementOpcode.Softplus or ElementOpcode.Affine;

    private bool IsStep(GraphNode node) => node.Outputs.Count == 1 && (Power(node) is not null || Step(node) is not null);

    private ElementStep? Step(GraphNode node) => ElementSteps.Find(node.Operator, [.. _rewriter.Inputs(node).Select(value => value?.Type)]);

    /// <summary>A whole exponent, which double powers compute as repeated products do.</summary>
    private double? Power(GraphNode node) =>
        node.Operator is PowOperator && _rewriter.Scalar(_rewriter.Input(node, 1)) is { } exponent && exponent is 2 or 3 or 0.5 or -0.5 ? exponent : null;

    private IEnumerable<GraphValue> Arguments(GraphNode node) => _rewriter.Inputs(node).OfType<GraphValue>()
        .Where(value => _rewriter.Scalar(value) is null && GraphPatterns.SameShape(_root, value));

    private double[]? Evaluate(GraphNode node, GraphValue argument, Dictionary<GraphValue, double[]> known, HashSet<GraphNode> nodes)
    {
        if (!_nodes.Contains(node))
        {
            return null;
        }

        var inputs = _rewriter.Inputs(node);
        var exponent = Power(node);
        var step = exponent is null ? Step(node) : null;
        if (exponent is null && (step is null || !(IsSettled(step.Value.Opcode) || HasCornersNear(step.Value, inputs, argument))))
        {
            return null;
        }

        var values = new double[exponent is null ? inputs.Length : 1][];
        for (var i = 0; i < values.Length; i++)
        {
            if (Evaluate(inputs[i]!, argument, known, nodes) is not { } results)
            {
                return null;
            }

            values[i] = results;
        }

        nodes.Add(node);
        var (a, b) = (values[0], values[^1]);
        var y = new double[a.Length];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = exponent is { } power ? Math.Pow(a[i], power) : ElementSteps.Evaluate(step!.Value, a[i], b[i]);
        }

        return y;
    }

    private double[]? Evaluate(GraphValue value, GraphValue argument, Dictionary<GraphValue, double[]> known, HashSet<GraphNode> nodes)
    {
        if (known.TryGetValue(value, out var results))
        {
            return results;
        }

        if (_rewriter.Scalar(value) is { } number)
        {
            results = new double[known[argument].Length];
            Array.Fill(results, number);
        }
        else
        {
            results = _rewriter.Producer(value) is { } node ? Evaluate(node, argument, known, nodes) : null;
        }

        if (results is not null)
        {
            known[value] = results;
        }

        return results;
    }

    /// <summary>Whether a function with corners (a clamp) is one of the argument itself, shifted at most, and its corners lie among the points.</summary>
    private bool HasCornersNear(ElementStep step, GraphValue?[] inputs, GraphValue argument)
    {
        if (inputs is not [{ } input] || (input != argument && _rewriter.Shifted(_rewriter.Producer(input))?.Value != argument)
            || Math.Abs(_rewriter.Shifted(_rewriter.Producer(input))?.Offset ?? 0) > 6)
        {
            return false;
        }

        return step.Opcode switch
        {
            ElementOpcode.Relu => true,
            ElementOpcode.Clip => Math.Abs(step.P) <= 6 && Math.Abs(step.Q) <= 6,
            ElementOpcode.HardSigmoid => step.P > 0.1 && Math.Abs(step.Q) <= 1,
            _ => false,
        };
    }
}
