using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Structured pruning: whole filters of convolutions and units of dense layers leave the graph, those with the smallest sum of absolute
/// weights (Li et al., "Pruning filters for efficient ConvNets", ICLR 2017), and with them what the next layer read from them. The model is
/// smaller and faster on any hardware. A layer is pruned when all that it gives goes through activations, poolings and flattening to one
/// layer; others stay as they are. Train a little afterwards. Stateless; thread-safe.
/// </summary>
public static class StructuredPruner
{
    /// <summary>Removes filters and units.</summary>
    /// <param name="model">A model with known weights.</param>
    /// <param name="fraction">Part of the filters and units of each layer, above 0 to 0.95; at least one stays.</param>
    /// <exception cref="NotSupportedException">No layer can be pruned.</exception>
    public static TrainedModel Prune(TrainedModel model, double fraction)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (fraction is not (> 0 and <= 0.95))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, $"fraction is {fraction}; allowed above 0 to 0.95.");
        }

        return new Writer(model, fraction).Run();
    }

    private sealed class Writer(TrainedModel model, double fraction)
    {
        private readonly GraphCopy _copy = new(model);
        private readonly Dictionary<GraphNode, int[]> _keptInputs = [];
        private readonly HashSet<GraphNode> _done = [];
        private readonly HashSet<GraphNode> _flattened = [];
        private bool _changed;

        public TrainedModel Run()
        {
            foreach (var node in model.Graph.Nodes)
            {
                if (_done.Contains(node))
                {
                    continue;
                }

                if (PrunableLayer.At(node, _copy) is { } layer)
                {
                    Write(layer);
                }
                else if (_flattened.Contains(node))
                {
                    // A Reshape names the old number of values; flattening does not need it.
                    _copy.Set(node.Outputs[0], _copy.Apply(new Tensors.Operators.Shaping.FlattenOperator(), node.Name, _copy.Map(node.Inputs[0]!)));
                }
                else
                {
                    _copy.Keep(node);
                }
            }

            return _changed ? _copy.Finish() : throw new NotSupportedException("No layer can be pruned: none gives all its results through activations, poolings and flattening to one other layer.");
        }

        private void Write(PrunableLayer layer)
        {
            var inputs = _keptInputs.GetValueOrDefault(layer.Node);
            int[]? outputs = null;
            if (layer.FindConsumer(_copy, out var flatten, out var positions) is { } consumer)
            {
                var count = Math.Max(1, layer.Units - (int)(fraction * layer.Units));
                if (count < layer.Units)
                {
                    outputs = [.. Enumerable.Range(0, layer.Units).OrderByDescending(layer.Importance).Take(count).Order()];
                    _keptInputs[consumer] = [.. outputs.SelectMany(unit => Enumerable.Range(unit * positions, positions))];
                    _changed = true;
                    if (flatten is not null)
                    {
                        _flattened.Add(flatten);
                    }
                }
            }

            if (inputs is null && outputs is null)
            {
                _copy.Keep(layer.Node);
                return;
            }

            _done.Add(layer.Last);
            _copy.Set(layer.Output, layer.Write(_copy, inputs, outputs));
        }
    }
}
