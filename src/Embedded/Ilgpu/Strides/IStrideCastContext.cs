namespace ILGPU;

/// <summary>What a cast does to sizes.</summary>
public interface IStrideCastContext
{
    /// <summary>The size in elements of the other type.</summary>
    int ComputeNewExtent(int sourceExtent);

    /// <summary>The size in elements of the other type.</summary>
    long ComputeNewExtent(long sourceExtent);
}
