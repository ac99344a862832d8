namespace OrleansCompute.Tensors.Kernels;

/// <summary>A kernel that asks <see cref="KernelCall.HasOutput"/> before it writes any output but the first: it gets no memory for what nobody uses.</summary>
public interface ISkipsUnusedOutputs
{
}
