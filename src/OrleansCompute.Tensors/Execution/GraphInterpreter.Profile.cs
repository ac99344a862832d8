using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <content>Measuring node by node.</content>
public sealed partial class GraphInterpreter
{
    private Measurement? _profile;

    /// <summary>
    /// Runs a graph some times and measures each node; what a sub-graph runs counts for the node that has it. Work and bytes are 0 where shapes
    /// are not static.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">A tensor for each input of the graph, on the accelerator.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="runs">Runs to measure, 1 or more; one more goes before them.</param>
    /// <param name="cancellation">Ends it between two nodes.</param>
    public ExecutionProfile Profile(
        Graph graph, IReadOnlyList<Tensor> inputs, TimeProvider timeProvider, int runs = 10, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        var profile = new Measurement(timeProvider);
        var total = TimeSpan.Zero;
        for (var run = -1; run < runs; run++)
        {
            _profile = run < 0 ? null : profile;
            var start = timeProvider.GetTimestamp();
            try
            {
                foreach (var output in Run(graph, inputs, cancellation: cancellation))
                {
                    output.Dispose();
                }
            }
            finally
            {
                _profile = null;
            }

            total += run < 0 ? TimeSpan.Zero : timeProvider.GetElapsedTime(start);
        }

        return new ExecutionProfile([.. graph.Nodes.Select(profile.Entry)], runs, total, []);
    }

    /// <summary>Times of nodes, added up. Not thread-safe.</summary>
    private sealed class Measurement(TimeProvider clock)
    {
        private readonly Dictionary<GraphNode, (TimeSpan Time, int Calls, string Library)> _nodes = [];

        public TimeProvider Clock => clock;

        public void Add(GraphNode node, NodeRunner runner, long start)
        {
            runner.Accelerator.Synchronize();
            var before = _nodes.GetValueOrDefault(node);
            _nodes[node] = (before.Time + clock.GetElapsedTime(start), before.Calls + 1, runner.Library);
        }

        public ProfileEntry Entry(GraphNode node)
        {
            var (time, calls, library) = _nodes.GetValueOrDefault(node);
            var isStatic = node.Outputs.All(value => value.Type.IsStatic) && node.Inputs.All(value => value?.Type.IsStatic != false);
            var cost = isStatic ? node.Cost() : default;
            return new ProfileEntry(node.Name, node.Operator.Name, library ?? "", calls, time, cost.Flops, cost.Bytes);
        }
    }
}
