using System.Collections.Frozen;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// A slow, obvious kernel for every operator, in host memory: what the operator means, written down. Each family of operators has a
/// table of its own. Immutable and thread-safe.
/// </summary>
public sealed class ReferenceKernelLibrary : IKernelLibrary
{
    private readonly FrozenDictionary<Type, ReferenceKernelFactory> _kernels;

    private ReferenceKernelLibrary(params IReadOnlyList<ReferenceKernelTable> tables) =>
        _kernels = tables.SelectMany(table => table.Entries).ToFrozenDictionary();

    /// <summary>The library.</summary>
    public static ReferenceKernelLibrary Instance { get; } = new(
        ReferenceElementwise.Table,
        ReferencePhysical.Table,
        ReferenceImages.Table,
        ReferenceActivations.Table,
        ReferenceAttention.Table,
        ReferenceRows.Table,
        ReferenceLinear.Table,
        ReferenceLosses.Table,
        ReferenceCtc.Table,
        ReferenceNormalisations.Table,
        ReferenceReductions.Table,
        ReferenceShaping.Table,
        ReferenceResize.Table,
        ReferenceSampling.Table,
        ReferenceSamplingGradients.Table,
        ReferenceIndexing.Table,
        ReferenceSelection.Table,
        ReferenceQuantisation.Table,
        ReferenceGeneration.Table,
        ReferenceControl.Table,
        ReferenceRecurrent.Table,
        ReferenceOptimisers.Table,
        ReferenceConvolutions.Table,
        ReferencePooling.Table);

    /// <inheritdoc/>
    public string Name => "reference";

    /// <summary>Operators that have a kernel.</summary>
    public IEnumerable<Type> OperatorTypes => _kernels.Keys;

    /// <inheritdoc/>
    public IKernel? Create(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _kernels.TryGetValue(request.Operator.GetType(), out var factory) ? factory(request) : null;
    }
}
