namespace ILGPU;

/// <summary>How elements of a 2-D view lie in memory.</summary>
public interface IStride2D : IStride<Index2D, LongIndex2D>
{
    /// <summary>Elements between neighbours in X.</summary>
    int XStride { get; }

    /// <summary>Elements between neighbours in Y.</summary>
    int YStride { get; }

    /// <summary>The same stride with every component at run time.</summary>
    Stride2D.General AsGeneral();
}
