using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Chooses the layout of images: convolutions and poolings of [N, C, H, W] become operators on [N, H, W, C] between transpositions, and what
/// stands between them (element-wise operators, joining, padding, resizing, reductions) changes sides with them, so that the transpositions
/// of neighbours meet and cancel each other.
/// </summary>
public sealed class ChannelsLastPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "channels-last";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Any(node => (IsImage(node) && IsTurned(node.Operator)) || node.Operator is QLinearConvLastOperator or ConvIntegerLastOperator)
            ? new Writer(graph).Run()
            : graph;
    }

    private static bool IsTurned(Operator @operator) => @operator is ConvOperator or ConvTransposeOperator or ConvInputGradientOperator or ConvWeightGradientOperator
        or MaxPoolOperator or MaxPoolGradientOperator;

    private static bool IsImage(GraphNode node) => node.Inputs.Count > 0 && node.Inputs[0] is not null && node.Inputs.All(value => value is null || value.Type is { IsStatic: true, ElementType: ElementType.Float32 })
        && node.Inputs[0]!.Type.Shape is { Rank: 4, Elements: > 0 };

    private sealed class Writer
    {
        private static readonly int[] ToLast = ChannelsLast.OrderFromFirst(4);
        private static readonly int[] ToFirst = ChannelsLast.OrderToFirst(4);
        private readonly Graph _graph;
        private readonly GraphRewriter _rewriter;
        private readonly ChannelsLastFollower _follower;
        private readonly Dictionary<GraphValue, GraphNode> _channelSums = [];
        private readonly HashSet<GraphNode> _done = [];
        private readonly Dictionary<(GraphValue, PoolAttributes), GraphValue> _places = [];

        public Writer(Graph graph)
        {
            _graph = graph;
            _rewriter = new GraphRewriter(graph);
            _follower = new ChannelsLastFollower(_rewriter);
        }

        public Graph Run()
        {
            foreach (var node in _graph.Nodes.Where(node => node.Operator is ChannelSumOperator))
            {
                _channelSums.TryAdd(node.Inputs[0]!, node);
            }

            foreach (var node in _graph.Nodes)
            {
                if (!_done.Contains(node) && !(IsImage(node) && TryImage(node)) && !_follower.TryFollow(node))
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
                case AveragePoolOperator { Options.IsGlobal: true }:
                    Store(node, Apply(new ReduceOperator(Reduction.Mean, IntList.Create([1, 2])), Last(inputs[0]!)));
                    return true;
                case AveragePoolOperator pool:
                    Store(node, Apply(new AveragePoolLastOperator(pool.Options, pool.CountsPadding), Last(inputs[0]!)));
                    return true;
                case ConvTransposeOperator conv:
                    return TryTransposed(node, conv, inputs);
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

        /// <summary>What a transposed convolution computes is the gradient of a convolution's input; a bias is added behind.</summary>
        private bool TryTransposed(GraphNode node, ConvTransposeOperator conv, GraphValue?[] inputs)
        {
            Shape map = inputs[0]!.Type.Shape, weights = inputs[1]!.Type.Shape;
            var w = conv.Options.For(conv.Name, map, weights).Window;
            var window = new WindowAttributes(null, w.Strides, IntList.Create([.. w.PadsBegin, .. w.PadsEnd]), w.Dilations);
            var options = new ConvolutionAttributes(window, conv.Options.Common.Groups);
            var image = node.Outputs[0].Type.Shape;
            if (w.PadsBegin.Concat(w.PadsEnd).Any(pad => pad < 0) || !options.For(conv.Name, image, weights).MapShape.Equals(map))
            {
                return false;
            }

            var result = Apply(new ConvLastInputGradientOperator(options, image), Last(inputs[0]!), inputs[1]);
            Store(node, inputs.Length > 2 && inputs[2] is { } bias ? Apply(new AddOperator(), result, bias) : result);
            return true;
        }

        private GraphValue Last(GraphValue value) => Apply(Transpositions.Create(ToLast), value);

        private GraphValue Apply(Operator @operator, params GraphValue?[] inputs) => _rewriter.Apply(@operator, inputs)[0];

        private void Store(GraphNode node, GraphValue last) => _rewriter.Emit(node, Transpositions.Create(ToFirst), last);
    }
}
