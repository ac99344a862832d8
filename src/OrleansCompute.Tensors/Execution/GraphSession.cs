using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Runs a graph again and again with inputs of any sizes that it takes: a plan is compiled for each combination of sizes and kept, up to a
/// number of plans that share one block of memory; where shapes depend on data the graph runs node by node. Not thread-safe.
/// </summary>
public sealed class GraphSession : IDisposable
{
    private readonly Graph _graph;
    private readonly IAccelerator _accelerator;
    private readonly GraphSessionOptions _options;
    private readonly SharedArena _arena;
    private readonly PlanCache<InputTypes, Plan> _plans;
    private readonly GraphInterpreter _interpreter;
    private IReadOnlyList<Tensor> _outputs = [];
    private bool _disposed;

    /// <summary>Creates a session; nothing is compiled yet.</summary>
    /// <param name="graph">A graph without parameters: freeze them first.</param>
    /// <param name="accelerator">Where it runs; must outlive the session.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The graph has parameters, or an option is out of range.</exception>
    public GraphSession(Graph graph, IAccelerator accelerator, GraphSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        _options = options ?? new GraphSessionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxPlans, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxPlans, 1024, nameof(options));
        if (graph.Parameters.Count > 0)
        {
            throw new ArgumentException($"The graph has {graph.Parameters.Count} parameters; make constants of them first.", nameof(graph));
        }

        (_graph, _accelerator) = (graph, accelerator);
        _arena = new SharedArena(accelerator.Memory);
        _plans = new PlanCache<InputTypes, Plan>(_options.MaxPlans, Compile);
        _interpreter = new GraphInterpreter(accelerator, _options.Limits);
    }

    /// <summary>Combinations of sizes that are kept at the moment.</summary>
    public int PlanCount => _plans.Count;

    /// <summary>The compiled graph for some input types; null where it runs node by node, because shapes depend on data.</summary>
    /// <param name="types">A static type for each input.</param>
    /// <exception cref="ShapeMismatchException">The types do not fit.</exception>
    public CompiledGraph? Compiled(params IReadOnlyList<TensorType> types)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(types);
        return _plans.Get(new InputTypes([.. types])).Graph;
    }

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">Contiguous tensors on the accelerator, one for each input.</param>
    /// <param name="cancellation">Ends the run between two kernels, two trips of a loop, and within slow kernels.</param>
    /// <returns>The outputs, on the accelerator; they belong to the session and are overwritten by the next run.</returns>
    /// <exception cref="ShapeMismatchException">The inputs do not fit.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var compiled = Compiled([.. inputs.Select(input => input.Type)]);
        if (compiled is null)
        {
            // The outputs of the last run may be inputs of this one, as the states of a recurrent model are.
            var outputs = _interpreter.Run(_graph, inputs, cancellation: cancellation);
            Release();
            return _outputs = outputs;
        }

        for (var i = 0; i < inputs.Count; i++)
        {
            Copy(inputs[i], compiled.Inputs[i]);
        }

        Release();
        compiled.Run(cancellation);
        return compiled.Outputs;
    }

    /// <summary>Gives the memory back; the accelerator stays as it is.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Release();
            _plans.Dispose();
            _arena.Dispose();
        }
    }

    private void Release()
    {
        foreach (var output in _outputs)
        {
            output.Dispose();
        }

        _outputs = [];
    }

    private void Copy(Tensor from, Tensor to)
    {
        if (_accelerator.Info.IsHostMemory)
        {
            from.CopyTo(to);
            return;
        }

        using var host = Tensor.Zeros(from.Type);
        _accelerator.CopyToHost(from, host);
        _accelerator.CopyToDevice(host, to);
    }

    private Plan Compile(InputTypes types)
    {
        var bound = GraphSpecialiser.Bind(_graph, types.All);
        return new Plan(bound.IsStatic
            ? new CompiledGraph(bound, _accelerator, new CompileOptions
            {
                Arena = _arena, Streams = _options.Streams, ChecksFinite = _options.Limits.ChecksFinite, MaxTrips = _options.Limits.MaxTrips,
            })
            : null);
    }

    private sealed class Plan(CompiledGraph? graph) : IDisposable
    {
        public CompiledGraph? Graph => graph;

        public void Dispose() => graph?.Dispose();
    }

    private readonly struct InputTypes(TensorType[] types) : IEquatable<InputTypes>
    {
        public TensorType[] All { get; } = types;

        public bool Equals(InputTypes other) => All.AsSpan().SequenceEqual(other.All);

        public override bool Equals(object? obj) => obj is InputTypes other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            Array.ForEach(All, type => hash.Add(type));
            return hash.ToHashCode();
        }
    }
}
