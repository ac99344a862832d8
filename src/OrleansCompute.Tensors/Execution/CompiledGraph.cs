using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// A static graph with kernels made, weights prepared and memory planned once: a run calls kernel after kernel and allocates nothing.
/// Write the inputs into <see cref="Inputs"/>, run, read <see cref="Outputs"/>. Not thread-safe.
/// </summary>
public sealed partial class CompiledGraph : IDisposable
{
    private readonly CompiledStep[] _steps;
    private readonly StepScheduler? _scheduler;
    private readonly CompileOptions _options;
    private readonly RunScope _scope;
    private readonly List<(Tensor From, Tensor To, int Output)> _copies = [];
    private readonly int[] _readyAtOnce;
    private readonly List<Tensor> _owned = [];
    private RunTrace? _trace;
    private bool _disposed;

    /// <summary>Compiles a graph.</summary>
    /// <param name="graph">A static graph: bind its sizes with <see cref="GraphSpecialiser"/> first.</param>
    /// <param name="accelerator">Where it runs; must outlive it.</param>
    /// <param name="options">How; default: optimised, one stream, memory of its own.</param>
    /// <exception cref="ArgumentException">The graph is not static, or given memory does not fit; the message says which.</exception>
    /// <exception cref="NotSupportedException">There is no kernel for an operator.</exception>
    /// <exception cref="MemoryBudgetException">The accelerator's budget is too small; the message says what the graph needs.</exception>
    public CompiledGraph(Graph graph, IAccelerator accelerator, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        _options = options ?? new CompileOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Streams, 1, "Streams");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Streams, 64, "Streams");
        _scope = new RunScope(new RunLimits { MaxTrips = _options.MaxTrips, ChecksFinite = _options.ChecksFinite });
        Accelerator = accelerator;
        (Streams, StreamsNote) = AllowedStreams();
        Graph = _options.Passes is { } passes ? GraphOptimiser.Run(graph, passes)
            : _options.Optimise ? GraphOptimiser.Optimise(graph, accelerator)
            : graph;
        if (Graph.Nodes.SelectMany(node => node.Outputs).Concat(Graph.Inputs).FirstOrDefault(value => !value.Type.IsStatic) is { } open)
        {
            throw new ArgumentException(
                $"Value {open} has sizes that are known only at run time; bind the inputs' sizes first, or run the graph with the interpreter.", nameof(graph));
        }

        try
        {
            var known = BindKnown();
            var groups = new ValueGroups(Graph, known, BindOutputs());
            var kernels = Graph.Nodes.Select(node => ValueGroups.IsView(node) ? default : CreateKernel(node)).ToArray();
            var layout = new ArenaLayout(Graph, groups, kernels);
            var arena = Arena(layout);
            Memory = new MemoryPlan(layout.UnplannedBytes, layout.LiveBytes, layout.Bytes, known.Values.Sum(tensor => tensor.Type.Bytes));
            var binder = new TensorBinder(groups, layout, arena, _owned);
            _steps = [.. BindSteps(kernels, binder)];
            Outputs = [.. Graph.Outputs.Select((value, i) => OutputTensor(value, i, groups, binder))];
            _readyAtOnce = BindReady(groups);
            if (Streams > 1)
            {
                _scheduler = new StepScheduler(_steps, Streams, layout.Conflicts(_steps), RunStep);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The graph as it runs, after all passes.</summary>
    public Graph Graph { get; }

    /// <summary>Where it runs.</summary>
    public IAccelerator Accelerator { get; }

    /// <summary>Kernels that run at the same time: as many as were asked for, or fewer where the cores do not suffice.</summary>
    public int Streams { get; }

    /// <summary>Why <see cref="Streams"/> is smaller than what was asked for; null where it is not.</summary>
    public string? StreamsNote { get; }

    /// <summary>What its memory comes to.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>Memory of the inputs, in the graph's order: write them before a run.</summary>
    public IReadOnlyList<Tensor> Inputs { get; private set; } = [];

    /// <summary>Results, in the graph's order; overwritten by the next run, and by other graphs that share the arena.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Kernel calls of one run, for tests and reports: the names of node, operator and kernel library.</summary>
    public IEnumerable<(string Node, string Operator, string Library)> Calls =>
        _steps.Select(step => (step.Node.Name, step.Node.Operator.Name, step.Library));

    /// <summary>Runs the graph once.</summary>
    /// <param name="cancellation">Ends the run between two kernels, two trips of a loop, and within slow kernels; the outputs are then undefined.</param>
    /// <exception cref="NonFiniteException">A result is not finite, and <see cref="CompileOptions.ChecksFinite"/> is set.</exception>
    /// <exception cref="TripBudgetException">The loops of the graph make more trips than <see cref="CompileOptions.MaxTrips"/>.</exception>
    public void Run(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Begin(cancellation);
        if (_scheduler is not null)
        {
            _scheduler.Run(cancellation);
        }
        else
        {
            foreach (var step in _steps)
            {
                cancellation.ThrowIfCancellationRequested();
                RunStep(step, 0);
            }
        }

        Finish();
        (Accelerator as IKernelCounter)?.Add(_steps.Length);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _scheduler?.Dispose();
            foreach (var tensor in _owned)
            {
                tensor.Dispose();
            }
        }
    }

    private void RunStep(CompiledStep step, int stream)
    {
        var trace = _trace;
        var began = trace?.Begin() ?? 0;
        try
        {
            step.Run();
        }
        catch (ShapeMismatchException exception)
        {
            throw new ShapeMismatchException($"Node '{step.Node.Name}': {exception.Message}", exception);
        }

        if (trace is not null)
        {
            Accelerator.Synchronize();
            trace.End(step, began, stream);
        }

        Completed(step);
    }

    private void Completed(CompiledStep step)
    {
        _scope.Finite?.Require(step.Node, step.Outputs, Accelerator);

        if (_options.OutputReady is { } ready)
        {
            foreach (var output in step.Ready)
            {
                ready(output);
            }
        }
    }

    /// <summary>What follows the last step: outputs whose value lies elsewhere.</summary>
    private void Finish()
    {
        foreach (var (from, to, output) in _copies)
        {
            if (Accelerator.Info.IsHostMemory)
            {
                from.CopyTo(to);
            }
            else
            {
                using var host = Tensor.Zeros(from.Type);
                Accelerator.CopyToHost(from, host);
                Accelerator.CopyToDevice(host, to);
            }

            _options.OutputReady?.Invoke(output);
        }

        if (_options.OutputReady is { } ready)
        {
            foreach (var output in _readyAtOnce)
            {
                ready(output);
            }
        }
    }

    private void Begin(CancellationToken cancellation)
    {
        _scope.Begin(cancellation);
        for (var i = 0; _scope.Finite is not null && i < Inputs.Count; i++)
        {
            _scope.Finite.Input(Graph.Inputs[i], Inputs[i], Accelerator);
        }

        if (_scope.Finite is not null && _options.Parameters is { } parameters)
        {
            FiniteCheck.Parameters(Graph, parameters, Accelerator);
        }
    }
}
