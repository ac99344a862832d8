using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Eager;

/// <summary>
/// What an eager context computed, as a graph: gradients come from the same rules as those of graphs. It keeps the tensors it saw until
/// it is disposed of. Not thread-safe.
/// </summary>
public sealed class GradientTape : IDisposable
{
    private readonly EagerContext _context;
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<Tensor, GraphValue> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GraphValue, Tensor> _tensors = [];
    private bool _disposed;

    internal GradientTape(EagerContext context) => _context = context;

    /// <summary>The graph recorded so far; tensors that were there before are its inputs, in the order of their first use.</summary>
    /// <param name="outputs">Tensors that were computed while the tape recorded.</param>
    public Graph Capture(params IReadOnlyList<Tensor> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return _builder.Build([.. outputs.Select(Value)]);
    }

    /// <summary>Computes gradients.</summary>
    /// <param name="loss">A tensor with one element.</param>
    /// <param name="targets">Tensors that the loss was computed from.</param>
    /// <returns>For each target a tensor of its shape, for the caller to dispose of; null when the loss does not depend on it.</returns>
    /// <exception cref="NotSupportedException">An operator on the way has no gradient; the message names it.</exception>
    public IReadOnlyList<Tensor?> Gradients(Tensor loss, params IReadOnlyList<Tensor> targets)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(targets);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var builder = new GraphBuilder(_builder.Build(Value(loss)));
        var gradients = Autograd.Append(builder, Value(loss), [.. targets.Select(Value)]);
        GraphValue[] present = [.. gradients.OfType<GraphValue>()];
        var results = new Queue<Tensor>(Run(builder.Build(present)));
        return [.. gradients.Select(gradient => gradient is null ? null : results.Dequeue())];
    }

    /// <summary>Ends the recording and lets go of the tensors.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _context.Stop(this);
            foreach (var tensor in _tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Number of a recorded tensor among the inputs of the captured graph.</summary>
    internal int InputIndex(Tensor tensor) => _builder.Build().Inputs.ToList().IndexOf(_values[tensor]);

    /// <summary>Runs a continuation of the captured graph; what is known is not computed again.</summary>
    internal IReadOnlyList<Tensor> Run(Graph graph) => new GraphInterpreter(_context.Accelerator).Run(
        graph, _tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Share()));

    internal void Record(Operator @operator, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs)
    {
        var values = _builder.Apply(@operator, [.. inputs.Select(input => input is null ? null : Value(input))]);
        for (var i = 0; i < values.Count; i++)
        {
            Bind(outputs[i], values[i]);
        }
    }

    private GraphValue Value(Tensor tensor)
    {
        if (!_values.TryGetValue(tensor, out var value))
        {
            value = _builder.AddInput($"input{_values.Count}", tensor.Type);
            Bind(tensor, value);
        }

        return value;
    }

    private void Bind(Tensor tensor, GraphValue value)
    {
        _values[tensor] = value;
        _tensors[value] = tensor.Share();
    }
}
