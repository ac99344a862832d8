using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>How a graph is compiled. Immutable.</summary>
public sealed record CompileOptions
{
    /// <summary>Whether passes run before; off for a graph that was optimised already, and for tests. Default true.</summary>
    public bool Optimise { get; init; } = true;

    /// <summary>
    /// Kernels that may run at the same time, 1 to 64; default 1. More than one helps graphs with parallel branches of small operators.
    /// On a processor streams times threads stay within <see cref="MaxCores"/>; see <see cref="CompiledGraph.Streams"/>. Results are the same.
    /// </summary>
    public int Streams { get; init; } = 1;

    /// <summary>Cores that streams times threads may use in host memory, 1 or more; null (the default): all of the machine.</summary>
    public int? MaxCores { get; init; }

    /// <summary>Whether every result is searched for NaN and infinities; see <see cref="RunLimits.ChecksFinite"/>. Slow. Default false.</summary>
    public bool ChecksFinite { get; init; }

    /// <summary>Most trips of all loops of a run together; see <see cref="RunLimits.MaxTrips"/>.</summary>
    public long MaxTrips { get; init; } = RunLimits.DefaultMaxTrips;

    /// <summary>Memory of the inputs, on the accelerator; null, or null for one of them, where the compiled graph allocates it.</summary>
    public IReadOnlyList<Tensor?>? Inputs { get; init; }

    /// <summary>The flat parameter vector, float32 on the accelerator; needed when the graph has parameters. Its values may change between runs.</summary>
    public Tensor? Parameters { get; init; }

    /// <summary>
    /// Memory that outputs are written to, such as slices of a flat gradient vector; null where any will do. It must not overlap that of
    /// inputs, parameters or other outputs: kernels run in any order that the graph allows.
    /// </summary>
    public IReadOnlyList<Tensor?>? Outputs { get; init; }

    /// <summary>
    /// Called with the number of an output as soon as it is there, while later nodes still run: so that communication overlaps with
    /// computation. On a thread that runs kernels; must return at once and not throw.
    /// </summary>
    public Action<int>? OutputReady { get; init; }

    /// <summary>The block that several compiled graphs use in turn; null for one of its own.</summary>
    public SharedArena? Arena { get; init; }

    /// <summary>Passes instead of the accelerator's and the general ones; for tests.</summary>
    public IReadOnlyList<IGraphPass>? Passes { get; init; }
}
