using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Computes equal operators on equal inputs once; small equal constants become one.</summary>
public sealed class CommonSubexpressionPass : IGraphPass
{
    private const long MaxComparedBytes = 256;

    /// <inheritdoc/>
    public string Name => "common-subexpressions";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        var seen = new Dictionary<Key, GraphNode>();
        var constants = new Dictionary<string, GraphValue>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            foreach (var value in node.Inputs)
            {
                if (value?.Constant is { } tensor && tensor.Type.Bytes <= MaxComparedBytes && tensor.IsContiguous
                    && !constants.TryAdd(Text(tensor), value) && constants[Text(tensor)] != value)
                {
                    rewriter.TryReplace(value, constants[Text(tensor)]);
                }
            }

            var key = new Key(node.Operator, rewriter.Inputs(node));
            if (!node.Operator.IsDeterministic || seen.TryAdd(key, node) || node.Outputs.Any(rewriter.Uses.IsOutput))
            {
                rewriter.Keep(node);
                continue;
            }

            for (var i = 0; i < node.Outputs.Count; i++)
            {
                rewriter.TryReplace(node.Outputs[i], seen[key].Outputs[i]);
            }
        }

        return rewriter.Finish();
    }

    private static string Text(Tensor tensor) => $"{tensor.Type} {Convert.ToHexString(tensor.AsBytes())}";

    private readonly struct Key(Operator @operator, GraphValue?[] inputs) : IEquatable<Key>
    {
        private readonly Operator _operator = @operator;
        private readonly GraphValue?[] _inputs = inputs;

        public bool Equals(Key other) => _operator.Equals(other._operator) && _inputs.AsSpan().SequenceEqual(other._inputs);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_operator);
            foreach (var input in _inputs)
            {
                hash.Add(input);
            }

            return hash.ToHashCode();
        }
    }
}
