using OrleansCompute.Tensors.Operators.Shaping;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of shape operators.</summary>
internal static class ReferenceShaping
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<IdentityOperator>((_, call) => HostMoves.Copy(call.Input(0), call.Output(0)))
        .Add<ReshapeLikeOperator>((_, call) => HostMoves.Copy(call.Input(0), call.Output(0)))
        .Add<ReshapeOperator>((_, call) => Copy(call))
        .Add<ExpandLikeOperator>((_, call) => Expand(call))
        .Add<TransposeOperator>(Transpose);

    private static void Copy(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        HostMoves.Copy(call.Input(0), call.Output(0));
    }

    private static void Expand(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        using var view = call.Input(0).Expand(call.Output(0).Shape);
        view.CopyTo(call.Output(0));
    }

    private static void Transpose(TransposeOperator @operator, KernelCall call)
    {
        using var view = call.Input(0).Permute(@operator.OrderFor(call.Input(0).Shape));
        view.CopyTo(call.Output(0));
    }
}
