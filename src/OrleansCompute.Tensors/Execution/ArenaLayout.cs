using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Where in the arena the groups of a graph's values lie. Immutable after construction.</summary>
internal sealed class ArenaLayout
{
    private readonly ValueGroups _groups;
    private readonly Dictionary<GraphValue, PlannedBuffer> _buffers = [];

    public ArenaLayout(Graph graph, ValueGroups groups, (IKernel Kernel, string Library)[] kernels)
    {
        _groups = groups;
        var used = new HashSet<GraphValue>(graph.Nodes.SelectMany(node => node.Inputs).OfType<GraphValue>().Concat(graph.Outputs));
        for (var step = 0; step < graph.Nodes.Count; step++)
        {
            var skips = kernels[step].Kernel is ISkipsUnusedOutputs;
            for (var i = 0; i < graph.Nodes[step].Outputs.Count; i++)
            {
                var value = graph.Nodes[step].Outputs[i];
                if (groups.Fixed(value) is not null || (i > 0 && skips && !used.Contains(value)))
                {
                    continue;
                }

                UnplannedBytes += MemoryPlanner.Align(value.Type.Bytes);
                var root = groups.Root(value);
                if (!_buffers.ContainsKey(root))
                {
                    _buffers[root] = new PlannedBuffer(root.Type.Bytes, groups.First(root), Math.Max(groups.Last(root), groups.First(root)));
                }
            }
        }

        // Views count neither before nor after: no engine copies them.
        UnplannedBytes -= graph.Nodes.Where(ValueGroups.IsView).Sum(node => groups.Fixed(node.Outputs[0]) is null ? MemoryPlanner.Align(node.Outputs[0].Type.Bytes) : 0);
        Bytes = MemoryPlanner.Place([.. _buffers.Values]);
        LiveBytes = MemoryPlanner.LiveBytes([.. _buffers.Values]);
    }

    /// <summary>Bytes of the arena.</summary>
    public long Bytes { get; }

    /// <summary>Bytes of all values next to each other.</summary>
    public long UnplannedBytes { get; }

    /// <summary>Most bytes that live at the same time.</summary>
    public long LiveBytes { get; }

    /// <summary>First byte of a value; null when it is not in the arena.</summary>
    public long? Offset(GraphValue value) => _buffers.TryGetValue(_groups.Root(value), out var buffer) ? buffer.Offset : null;

    /// <summary>
    /// For each step the earlier steps that must have finished before it may run beside others: those that compute its inputs, and those
    /// that still use memory that it overwrites.
    /// </summary>
    public IReadOnlyList<IReadOnlyCollection<int>> Conflicts(IReadOnlyList<CompiledStep> steps)
    {
        var writes = steps.Select(step => Places(step.Node.Outputs)).ToArray();
        var reads = steps.Select(step => Places(step.Node.Inputs)).ToArray();
        var result = new List<IReadOnlyCollection<int>>();
        for (var later = 0; later < steps.Count; later++)
        {
            var before = new HashSet<int>();
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (Meet(writes[earlier], reads[later]) || Meet(writes[earlier], writes[later]) || Meet(reads[earlier], writes[later]))
                {
                    before.Add(earlier);
                }
            }

            result.Add(before);
        }

        return result;
    }

    private static bool Meet(List<(GraphValue Root, PlannedBuffer? Buffer)> left, List<(GraphValue Root, PlannedBuffer? Buffer)> right) =>
        left.Exists(a => right.Exists(b => a.Root == b.Root || (a.Buffer is { } x && b.Buffer is { } y && x.SharesMemory(y))));

    private List<(GraphValue Root, PlannedBuffer? Buffer)> Places(IEnumerable<GraphValue?> values) =>
        [.. values.OfType<GraphValue>().Select(_groups.Root).Select(root => (root, _buffers.GetValueOrDefault(root)))];
}
