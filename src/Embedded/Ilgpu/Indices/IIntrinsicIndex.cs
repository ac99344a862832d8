namespace ILGPU;

/// <summary>An index that kernels can be launched with.</summary>
public interface IIntrinsicIndex : IIndex
{
    /// <summary>Which one.</summary>
    IndexType IndexType { get; }
}
