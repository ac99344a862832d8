using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of element-wise operators on float32: all of them are programs, most with a single step.</summary>
internal static class ElementKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<FusedElementwiseOperator>((context, fused, request) => new ElementProgramKernel(
            context, fused.Program, [.. request.Inputs.Select(type => type!.Shape)], request.Outputs[0].Shape));

    /// <summary>The kernel of an operator that is one step; null when it is none.</summary>
    public static IKernel? TryCreateSingle(CpuKernelContext context, KernelRequest request) =>
        request.Outputs is [{ IsStatic: true, ElementType: ElementType.Float32 } output] && ElementSteps.Find(request.Operator, request.Inputs) is { } step
            ? new ElementProgramKernel(context, new ElementProgram(request.Inputs.Count, step), [.. request.Inputs.Select(type => type!.Shape)], output.Shape)
            : null;
}
