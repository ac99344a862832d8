using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Outputs whose shapes depend on data, and inputs that steer an operator. Stateless.</summary>
internal static class Outputs
{
    /// <summary>Allocates what is not there yet; nothing happens when all types were known.</summary>
    public static void Ensure(KernelCall call)
    {
        for (var i = 0; i < call.OutputCount; i++)
        {
            if (!call.HasOutput(i))
            {
                HostMoves.AllocateOutputs(call);
                return;
            }
        }
    }

    /// <summary>The inputs of a request, with the values that never change.</summary>
    public static OperatorInputs Constants(KernelRequest request) => new(request.Operator, request.Inputs, request.Constants);

    /// <summary>The inputs of a call, all with their values.</summary>
    public static OperatorInputs Values(KernelCall call)
    {
        Tensor?[] inputs = [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)];
        TensorType?[] types = [.. inputs.Select(input => input?.Type)];
        return new OperatorInputs(call.Operator, types, inputs);
    }
}
