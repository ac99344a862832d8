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
        TopKKernels.Table,
        GroupKernels.Table,
        GenerationKernels.Table,
    }.SelectMany(table => table).ToFrozenDictionary();

    private readonly CpuKernelContext _context = new(level, team);

    public string Name { get; } = level switch
    {
        SimdLevel.Vector512 => "cpu-avx512",
        SimdLevel.Vector256 => "cpu-avx2",
        _ => "cpu-scalar",
    };

    public IKernel? Create(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CreateDirect(request) ?? PromotedKernel.Create(this, _context, request);
    }

    /// <summary>A kernel for the types as they are.</summary>
    public IKernel? CreateDirect(KernelRequest request) =>
        (Factories.TryGetValue(request.Operator.GetType(), out var factory) ? factory(_context, request) : null)
            ?? ElementKernels.TryCreateSingle(_context, request);
}
