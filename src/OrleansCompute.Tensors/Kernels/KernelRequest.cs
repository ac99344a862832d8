using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>What a kernel is asked for. Immutable.</summary>
/// <param name="Accelerator">Where it runs: kernels of operators with sub-graphs run these on it.</param>
/// <param name="Operator">What it computes.</param>
/// <param name="Inputs">Static types; null where an optional input is left out.</param>
/// <param name="Outputs">Types; not static where the kernel itself must allocate the output (see <see cref="Operators.Operator.Infer"/>).</param>
/// <param name="Constants">Host tensors where an input never changes (weights of an inference), else null: such an input can be prepared once.</param>
public sealed record KernelRequest(
    IAccelerator Accelerator,
    Operator Operator,
    IReadOnlyList<TensorType?> Inputs,
    IReadOnlyList<TensorType> Outputs,
    IReadOnlyList<Tensor?> Constants);
