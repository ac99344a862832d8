using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>The tensors of one call of a kernel. A plan makes it once and runs it again and again. Not thread-safe.</summary>
public sealed class KernelCall
{
    private readonly Tensor?[] _inputs;
    private readonly Tensor?[] _outputs;
    private readonly ITensorAllocator _allocator;

    /// <summary>Creates a call.</summary>
    /// <param name="operator">What is computed, for messages and attributes.</param>
    /// <param name="inputs">Inputs; null where an optional one is left out.</param>
    /// <param name="outputs">Outputs; null where the kernel allocates them, or where nobody wants them.</param>
    /// <param name="allocator">Gives memory for outputs and scratch.</param>
    /// <param name="scope">The run that the call is part of; null: one that nobody cancels.</param>
    public KernelCall(Operator @operator, Tensor?[] inputs, Tensor?[] outputs, ITensorAllocator allocator, RunScope? scope = null)
    {
        Scope = scope ?? new RunScope();
        Operator = @operator;
        _inputs = inputs;
        _outputs = outputs;
        _allocator = allocator;
    }

    /// <summary>What is computed.</summary>
    public Operator Operator { get; }

    /// <summary>The run that the call is part of, with its limits: kernels that run sub-graphs hand it on.</summary>
    public RunScope Scope { get; }

    /// <summary>Ends the run: kernels that can take long look at it now and then.</summary>
    public CancellationToken Cancellation => Scope.Cancellation;

    /// <summary>For slow kernels: looks at <see cref="Cancellation"/> at every 1,024th of its products or windows.</summary>
    internal void Poll(long index)
    {
        if ((index & 1023) == 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Number of inputs, with those left out in between.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>Number of outputs.</summary>
    public int OutputCount => _outputs.Length;

    /// <summary>An input that must be there.</summary>
    /// <exception cref="ShapeMismatchException">It is left out.</exception>
    public Tensor Input(int index) => index < _inputs.Length && _inputs[index] is { } tensor
        ? tensor
        : throw new ShapeMismatchException($"{Operator.Name}: input {index} is missing.");

    /// <summary>An optional input, null when it is left out.</summary>
    public Tensor? OptionalInput(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>An output whose memory is there.</summary>
    public Tensor Output(int index) => _outputs[index]
        ?? throw new InvalidOperationException($"{Operator.Name}: the shape of output {index} depends on data; the kernel must allocate it.");

    /// <summary>Whether somebody uses the output, or its memory is there anyway.</summary>
    public bool HasOutput(int index) => index < _outputs.Length && _outputs[index] is not null;

    /// <summary>Allocates an output whose shape depends on the data, or gives the one that is there if its type fits.</summary>
    /// <exception cref="MemoryBudgetException">The budget does not allow it.</exception>
    /// <exception cref="ShapeMismatchException">The type is not static.</exception>
    public Tensor AllocateOutput(int index, TensorType type)
    {
        if (!type.IsStatic)
        {
            // Values that steer the shape were not there even now: an optional input is missing that the others make necessary.
            throw new ShapeMismatchException($"{Operator.Name}: output {index} is {type}; an input that says its sizes is left out or empty.");
        }

        if (_outputs[index] is not { } present || present.Type != type)
        {
            _outputs[index] = present = _allocator.Allocate(type);
            Scratchpad?.Count(type);
        }

        return present;
    }

    /// <summary>Puts a tensor in the place of an output: a view of an input, or the result of a sub-graph.</summary>
    public void SetOutput(int index, Tensor tensor) => _outputs[index] = tensor;

    /// <summary>Memory for the duration of the call; dispose of it at its end.</summary>
    public Tensor Scratch(TensorType type) => _allocator.Allocate(type);

    /// <summary>Counts managed arrays of the reference kernel that runs; null for others.</summary>
    internal ScratchCount? Scratchpad { get; set; }

    /// <summary>Gives memory for outputs and scratch.</summary>
    public ITensorAllocator Allocator => _allocator;
}
