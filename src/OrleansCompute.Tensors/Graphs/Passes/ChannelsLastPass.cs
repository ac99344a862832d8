using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Chooses the layout of images: convolutions and poolings of [N, C, H, W] become operators on [N, H, W, C] between transpositions, and
/// element-wise operators change sides with them, so that the transpositions of neighbours meet and cancel each other.
/// </summary>
public sealed class ChannelsLastPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "channels-last";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Any(node => IsImage(node) && node.Operator is ConvOperator or ConvInputGradientOperator or ConvWeightGradientOperator or MaxPoolOperator or MaxPoolGradientOperator)
            ? new Writer(graph).Run()
            : graph;
    }

    private static bool IsImage(GraphNode node) => node.Inputs.Count > 0 && node.Inputs[0] is not null && node.Inputs.All(value => value is null || value.Type is { IsStatic: true, ElementType: ElementType.Float32 })
        && node.Inputs[0]!.Type.Shape is { Rank: 4, Elements: > 0 };

    private sealed class Writer(Graph graph)
    {
        private static readonly int[] ToLast = ChannelsLast.OrderFromFirst(4);
        private static readonly int[] ToFirst = ChannelsLast.OrderToFirst(4);
        private readonly GraphRewriter _rewriter = new(graph);
        private readonly Dictionary<GraphValue, GraphNode> _channelSums = [];
        private readonly HashSet<GraphNode> _done = [];
        private readonly Dictionary<(GraphValue, PoolAttributes), GraphValue> _places = [];

        public Graph Run()
        {
            foreach (var node in graph.Nodes.Where(node => node.Operator is ChannelSumOperator))
            {
                _channelSums.TryAdd(node.Inputs[0]!, node);
            }

            foreach (var node in graph.Nodes)
            {
                if (!_done.Contains(node) && !(IsImage(node) && TryImage(node)) && !TryElementwise(node))
                {
                    _rewriter.Keep(node);
                }
            }

            return _rewriter.Finish();
        }


        private bool TryImage(GraphNode node)
        {
            var inputs = _rewriter.Inputs(node);
            switch (node.Operator)
            {
                case ConvOperator conv:
                    Store(node, Apply(new ConvLastOperator(conv.Options), [Last(inputs[0]!), .. inputs[1..]]));
                    return true;
                case ConvInputGradientOperator conv:
                    Store(node, Apply(new ConvLastInputGradientOperator(conv.Options, inputs[2]!.Type.Shape), Last(inputs[0]!), inputs[1]));
                    return true;
                case ConvWeightGradientOperator conv:
                    WeightGradient(node, conv, inputs);
                    return true;
                case MaxPoolOperator { HasIndices: false } pool:
                    var pooled = _rewriter.Apply(new MaxPoolLastOperator(pool.Options), Last(inputs[0]!));
                    _places[(inputs[0]!, pool.Options)] = pooled[1];
                    Store(node, pooled[0]);
                    return true;
                case MaxPoolGradientOperator pool:
                    if (!_places.TryGetValue((inputs[1]!, pool.Options), out var places))
                    {
                        places = _rewriter.Apply(new MaxPoolLastOperator(pool.Options), Last(inputs[1]!))[1];
                    }

                    Store(node, Apply(new MaxPoolLastGradientOperator(pool.Options, inputs[1]!.Type.Shape), Last(inputs[0]!), places));
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>The sum of the gradient that a bias wants comes with the weights': it is read once.</summary>
        private void WeightGradient(GraphNode node, ConvWeightGradientOperator conv, GraphValue?[] inputs)
        {
            var @operator = new ConvLastWeightGradientOperator(conv.Options, inputs[2]!.Type.Shape);
            var outputs = node.Outputs.ToList();
            if (_channelSums.Remove(node.Inputs[1]!, out var sum) && _done.Add(sum))
            {
                outputs.Add(sum.Outputs[0]);
            }

            _rewriter.Emit(node.Name, outputs, @operator, [Last(inputs[0]!), Last(inputs[1]!)]);
        }

        /// <summary>Element-wise operators on transposed images run before the transposition.</summary>
        private bool TryElementwise(GraphNode node)
        {
            var inputs = _rewriter.Inputs(node);
            if (node.Outputs is not [{ Type.Shape.Rank: 4 }] || !(node.Operator is FusedElementwiseOperator || ElementSteps.Find(node.Operator, [.. inputs.Select(value => value?.Type)]) is not null))
            {
                return false;
            }

            var turned = new GraphValue[inputs.Length];
            var found = false;
            for (var i = 0; i < inputs.Length; i++)
            {
                if (Transpositions.Order(_rewriter.Producer(inputs[i])) is { } order && order.AsSpan().SequenceEqual(ToFirst) && inputs[i]!.Type == node.Outputs[0].Type)
                {
                    turned[i] = _rewriter.Input(_rewriter.Producer(inputs[i])!, 0)!;
                    found = true;
                }
                else if (inputs[i]!.Type.Shape.Elements == 1 && inputs[i]!.Type.Shape.Rank <= 4)
                {
                    turned[i] = inputs[i]!;
                }
                else
                {
                    return false;
                }
            }

            if (found)
            {
                Store(node, Apply(node.Operator, turned));
            }

            return found;
        }

        private GraphValue Last(GraphValue value) => Apply(Transpositions.Create(ToLast), value);

        private GraphValue Apply(Operator @operator, params GraphValue?[] inputs) => _rewriter.Apply(@operator, inputs)[0];

        private void Store(GraphNode node, GraphValue last) => _rewriter.Emit(node, Transpositions.Create(ToFirst), last);
    }
}
