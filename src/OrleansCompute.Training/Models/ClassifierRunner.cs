using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Models;

/// <summary>
/// First output of a model, compiled with its weights as constants for one batch size; smaller batches are filled up. Not thread-safe.
/// </summary>
public sealed class ClassifierRunner : IDisposable
{
    private readonly IAccelerator _accelerator;
    private readonly CompiledGraph _plan;

    /// <summary>Compiles a model.</summary>
    /// <param name="graph">One float32 input with the batch first; logits [N, classes] as its first output.</param>
    /// <param name="parameters">The flat vector; copied.</param>
    /// <param name="accelerator">Where it runs; must outlive the runner.</param>
    /// <param name="batchSize">1 to 65,536.</param>
    public ClassifierRunner(Graph graph, ReadOnlySpan<float> parameters, IAccelerator accelerator, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, 65_536);
        _accelerator = accelerator;
        BatchSize = batchSize;
        var frozen = Freeze(graph.WithOutputs(graph.Outputs[0]), parameters);
        _plan = new CompiledGraph(GraphSpecialiser.BindBatch(frozen, batchSize), accelerator);
        SampleLength = _plan.Inputs[0].Shape.Elements / batchSize;
        ClassCount = _plan.Outputs[0].Shape.Elements / batchSize;
    }

    /// <summary>Samples per run.</summary>
    public int BatchSize { get; }

    /// <summary>Values per sample.</summary>
    public int SampleLength { get; }

    /// <summary>Outputs per sample.</summary>
    public int ClassCount { get; }

    /// <summary>The compiled graph, for reports.</summary>
    public CompiledGraph Plan => _plan;

    /// <summary>Computes logits.</summary>
    /// <param name="inputs">1 to <see cref="BatchSize"/> samples.</param>
    /// <param name="logits">Receives <see cref="ClassCount"/> values per sample.</param>
    /// <exception cref="ArgumentException">The spans do not fit.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> logits)
    {
        var count = inputs.Length / SampleLength;
        if (count < 1 || count > BatchSize || inputs.Length != count * SampleLength || logits.Length != count * ClassCount)
        {
            throw new ArgumentException(
                $"{inputs.Length} inputs and {logits.Length} outputs; 1 to {BatchSize} samples with {SampleLength} inputs and {ClassCount} outputs each are allowed.", nameof(inputs));
        }

        if (_accelerator.Info.IsHostMemory)
        {
            inputs.CopyTo(_plan.Inputs[0].AsSpan<float>());
            _plan.Run();
            _plan.Outputs[0].AsSpan<float>()[..logits.Length].CopyTo(logits);
            return;
        }

        using Tensor host = Tensor.Zeros(_plan.Inputs[0].Type), result = Tensor.Zeros(_plan.Outputs[0].Type);
        inputs.CopyTo(host.AsSpan<float>());
        _accelerator.CopyToDevice(host, _plan.Inputs[0]);
        _plan.Run();
        _accelerator.CopyToHost(_plan.Outputs[0], result);
        result.AsSpan<float>()[..logits.Length].CopyTo(logits);
    }

    /// <summary>Gives the memory back; the accelerator stays as it is.</summary>
    public void Dispose() => _plan.Dispose();

    private static Graph Freeze(Graph graph, ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != graph.ParameterCount)
        {
            throw new ArgumentException($"There are {parameters.Length} parameter values; the graph has {graph.ParameterCount}.", nameof(parameters));
        }

        var builder = new GraphBuilder();
        var map = graph.Inputs.ToDictionary(input => input, input => builder.AddInput(input.Name, input.Type));
        foreach (var parameter in graph.Parameters)
        {
            map[parameter.Value] = builder.AddConstant(parameter.Name, Tensor.Of(parameter.Shape, parameters.Slice(parameter.Offset, parameter.Length)));
        }

        GraphValue Map(GraphValue value) => map.TryGetValue(value, out var mapped) ? mapped : map[value] = builder.AddConstant(value.Name, value.Constant!);
        foreach (var node in graph.Nodes)
        {
            var outputs = builder.Apply(node.Operator, [.. node.Inputs.Select(value => value is null ? null : Map(value))], node.Name);
            for (var i = 0; i < outputs.Count; i++)
            {
                map[node.Outputs[i]] = outputs[i];
            }
        }

        return builder.Build([.. graph.Outputs.Select(Map)]);
    }
}
