using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Runs a graph node by node, with shapes found as it goes: for graphs whose shapes depend on data, for sub-graphs, and as the plain
/// meaning that compiled plans are compared with. Memory is freed after its last use. Not thread-safe.
/// </summary>
public sealed partial class GraphInterpreter
{
    private readonly NodeRunner _runner;
    private readonly RunScope _scope;

    /// <summary>Creates an interpreter.</summary>
    /// <param name="accelerator">Where kernels run; must outlive it.</param>
    /// <param name="limits">Limits of each run; null: the defaults.</param>
    public GraphInterpreter(IAccelerator accelerator, RunLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        _runner = new NodeRunner(accelerator);
        _scope = new RunScope(limits);
    }

    /// <summary>Runs a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">A tensor for each input of the graph, on the accelerator.</param>
    /// <param name="parameters">The flat parameter vector of a graph that has parameters: float32, on the accelerator.</param>
    /// <param name="cancellation">Ends the run between two nodes, between two trips of a loop, and within slow kernels.</param>
    /// <returns>A tensor for each output, for the caller to dispose of.</returns>
    /// <exception cref="ShapeMismatchException">The inputs do not fit; the message names the node and the shapes.</exception>
    /// <exception cref="TripBudgetException">The loops of the graph make more trips than the limits allow.</exception>
    /// <exception cref="NonFiniteException">A result is not finite, and <see cref="RunLimits.ChecksFinite"/> is set.</exception>
    public IReadOnlyList<Tensor> Run(
        Graph graph, IReadOnlyList<Tensor> inputs, Tensor? parameters = null, CancellationToken cancellation = default)
    {
        _scope.Begin(cancellation);
        return Run(graph, inputs, _scope, parameters);
    }

    /// <summary>Runs a graph as part of a run that has begun.</summary>
    internal IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs, RunScope scope, Tensor? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != graph.Inputs.Count)
        {
            throw new ShapeMismatchException($"The graph has {graph.Inputs.Count} inputs ({string.Join(", ", graph.Inputs)}); {inputs.Count} tensors were given.");
        }

        var values = new Dictionary<GraphValue, Tensor>();
        for (var i = 0; i < inputs.Count; i++)
        {
            RequireFit(graph.Inputs[i], inputs[i]);
            scope.Finite?.Input(graph.Inputs[i], inputs[i], _runner.Accelerator);

            values.Add(graph.Inputs[i], inputs[i].Share());
        }

        foreach (var parameter in graph.Parameters)
        {
            values.Add(parameter.Value, Slice(parameter, parameters ?? throw new ArgumentException(
                $"The graph has {graph.ParameterCount} parameters; give their values.", nameof(parameters))));
        }

        return Run(graph, values, scope);
    }

    /// <summary>Runs the nodes whose outputs are not known yet.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">Known values, among them those of all inputs that are needed; consumed.</param>
    /// <param name="scope">The run that this is part of; null: a new one that nobody cancels.</param>
    internal IReadOnlyList<Tensor> Run(Graph graph, Dictionary<GraphValue, Tensor> values, RunScope? scope = null)
    {
        scope ??= new RunScope(_scope.Limits);
        var uses = new Dictionary<GraphValue, int>();
        foreach (var value in graph.Nodes.SelectMany(node => node.Inputs).OfType<GraphValue>().Concat(graph.Outputs))
        {
            uses[value] = uses.GetValueOrDefault(value) + 1;
        }

        try
        {
            foreach (var node in graph.Nodes)
            {
                scope.Cancellation.ThrowIfCancellationRequested();
                if (node.Outputs.All(values.ContainsKey))
                {
                    continue;
                }

                RunNode(node, values, uses, scope);
            }

            return [.. graph.Outputs.Select(output => Value(output, values).Share())];
        }
        finally
        {
            foreach (var tensor in values.Values)
            {
                tensor.Dispose();
            }
        }
    }

    private static Tensor Slice(GraphParameter parameter, Tensor flat)
    {
        using var part = flat.Slice(0, parameter.Offset, parameter.Length);
        return part.Reshape(parameter.Shape);
    }

    private static void RequireFit(GraphValue input, Tensor tensor)
    {
        var (expected, given) = (input.Type, tensor.Type);
        var fits = (expected.ElementType == given.ElementType || expected.ElementType == ElementType.Undefined)
            && (!expected.Shape.IsRankKnown || expected.Shape.Rank == given.Shape.Rank);
        for (var i = 0; fits && i < expected.Shape.Rank; i++)
        {
            fits = expected.Shape[i] == Shape.Any || expected.Shape[i] == given.Shape[i];
        }

        if (!fits)
        {
            throw new ShapeMismatchException($"Input '{input.Name}' is {given}; the graph expects {expected}.");
        }
    }

    private void RunNode(GraphNode node, Dictionary<GraphValue, Tensor> values, Dictionary<GraphValue, int> uses, RunScope scope)
    {
        Tensor[] results;
        var start = _profile?.Clock.GetTimestamp() ?? 0;
        try
        {
            results = _runner.Run(node.Operator, [.. node.Inputs.Select(value => value is null ? null : Value(value, values))], scope);
        }
        catch (ShapeMismatchException exception)
        {
            throw new ShapeMismatchException($"Node '{node.Name}': {exception.Message}", exception);
        }
        catch (MemoryBudgetException exception)
        {
            throw new MemoryBudgetException($"Node '{node.Name}' ({node.Operator.Name}): {exception.Message}", exception);
        }

        _profile?.Add(node, _runner, start);
        for (var i = 0; i < node.Outputs.Count; i++)
        {
            if (!values.TryAdd(node.Outputs[i], results[i]) || !uses.ContainsKey(node.Outputs[i]))
            {
                results[i].Dispose();
                values.Remove(node.Outputs[i]);
            }
        }

        scope.Finite?.Require(node, [.. node.Outputs.Select(values.GetValueOrDefault)], _runner.Accelerator);

        foreach (var input in node.Inputs.OfType<GraphValue>())
        {
            if (--uses[input] == 0 && values.Remove(input, out var tensor))
            {
                tensor.Dispose();
            }
        }
    }

    private Tensor Value(GraphValue value, Dictionary<GraphValue, Tensor> values)
    {
        if (!values.TryGetValue(value, out var tensor))
        {
            tensor = value.Constant?.Share() ?? throw new InvalidOperationException($"Value {value} has not been computed.");
            if (!_runner.Accelerator.Info.IsHostMemory)
            {
                var device = _runner.Accelerator.Memory.Allocate(value.Type);
                _runner.Accelerator.CopyToDevice(tensor, device);
                tensor.Dispose();
                tensor = device;
            }

            values.Add(value, tensor);
        }

        return tensor;
    }
}
