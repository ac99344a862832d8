using System.Collections.Frozen;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// The kernels of a processor: each wraps functions of <c>Kernels/Cpu</c> for the operators and types it suits. What has none here (rare
/// operators, integers, double precision) is computed by the reference kernels. Thread-safe.
/// </summary>
internal sealed class CpuKernelLibrary(SimdLevel level, WorkerTeam team) : IKernelLibrary
{
    private static readonly FrozenDictionary<Type, CpuKernelFactory> Factories = new[]
    {
        ElementKernels.Table,
        TypedElementKernels.Table,
        MovementKernels.Table,
        MoveKernels.Table,
        PadKernels.Table,
        ReductionKernels.Table,
        ReduceKernels.Table,
        LossKernels.Table,
        ElementLossKernels.Table,
        ClassLossKernels.Table,
        CtcKernels.Table,
        LayerNormKernels.Table,
        BatchNormKernels.Table,
        GroupNormKernels.Table,
        AxisNormKernels.Table,
        AttentionKernels.Table,
        RowAttentionKernels.Table,
        IndexingKernels.Table,
        ElementIndexKernels.Table,
        ProductKernels.Table,
        ConvolutionKernels.Table,
        PoolingKernels.Table,
        QuantisedKernels.Table,
        IntegerKernels.Table,
        ChannelsLastKernels.Table,
        OptimiserKernels.Table,
        RecurrentKernels.Table,
        ResizeKernels.Table,
        GridSampleKernels.Table,
        RoiAlignKernels.Table,
        FourierKernels.Table,
        SuppressionKernels.Table,
        TopKKernels.Table,
        GroupKernels.Table,
        GenerationKernels.Table,
    }.SelectMany(table => table).ToFrozenDictionary();

    public string Name { get; } = level switch
    {
        SimdLevel.Vector512 => "cpu-avx512",
        SimdLevel.Vector256 => "cpu-avx2",
        _ => "cpu-scalar",
    };

    public IKernel? Create(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CreateDirect(request) ?? PromotedKernel.Create(this, new CpuKernelContext(level, team), request);
    }

    /// <summary>A kernel for the types as they are.</summary>
    public IKernel? CreateDirect(KernelRequest request)
    {
        // Each kernel has a signal of its own: kernels of several runs work on one team in turn.
        var context = new CpuKernelContext(level, team);
        var kernel = (Factories.TryGetValue(request.Operator.GetType(), out var factory) ? factory(context, request) : null)
            ?? ElementKernels.TryCreateSingle(context, request);
        return kernel is not null && context.AskedStop is { } stop ? StoppableKernel.Of(kernel, stop) : kernel;
    }
}
