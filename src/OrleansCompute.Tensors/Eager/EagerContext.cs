using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Eager;

/// <summary>
/// Define-by-run execution: an operator is computed when it is applied. While a tape records, what is computed also becomes a graph, for
/// gradients or to be compiled. Not thread-safe: one per thread of execution.
/// </summary>
public sealed class EagerContext : IOperatorTarget<Tensor>
{
    private readonly NodeRunner _runner;
    private readonly RunScope _scope = new();
    private GradientTape? _tape;

    /// <summary>Creates a context.</summary>
    /// <param name="accelerator">Where operators run; must outlive the context.</param>
    public EagerContext(IAccelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        _runner = new NodeRunner(accelerator);
    }

    /// <summary>Where operators run.</summary>
    public IAccelerator Accelerator => _runner.Accelerator;

    /// <summary>Ends loops and slow kernels; default: nobody cancels.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Apply(Operator @operator, params IReadOnlyList<Tensor?> inputs)
    {
        ArgumentNullException.ThrowIfNull(@operator);
        ArgumentNullException.ThrowIfNull(inputs);
        _scope.Begin(Cancellation);
        var outputs = _runner.Run(@operator, inputs, _scope);
        _tape?.Record(@operator, inputs, outputs);
        return outputs;
    }

    /// <inheritdoc/>
    public Tensor Constant(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Accelerator.Info.IsHostMemory)
        {
            return tensor.Share();
        }

        var device = Accelerator.Memory.Allocate(tensor.Type);
        Accelerator.CopyToDevice(tensor, device);
        return device;
    }

    /// <summary>Starts recording; ends with the tape's disposal.</summary>
    /// <exception cref="InvalidOperationException">A tape is recording already.</exception>
    public GradientTape Record() => _tape = _tape is null
        ? new GradientTape(this)
        : throw new InvalidOperationException("A tape is recording already; dispose of it first.");

    internal void Stop(GradientTape tape) => _tape = _tape == tape ? null : _tape;
}
