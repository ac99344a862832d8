namespace ILGPU;

/// <summary>How elements of a 1-D view lie in memory.</summary>
public interface IStride1D : IStride<Index1D, LongIndex1D>
{
    /// <summary>Elements between neighbours in X.</summary>
    int XStride { get; }

    /// <summary>The same stride with every component at run time.</summary>
    Stride1D.General AsGeneral();
}
