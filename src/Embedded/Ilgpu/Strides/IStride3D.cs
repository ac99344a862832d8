namespace ILGPU;

/// <summary>How elements of a 3-D view lie in memory.</summary>
public interface IStride3D : IStride<Index3D, LongIndex3D>
{
    /// <summary>Elements between neighbours in X.</summary>
    int XStride { get; }

    /// <summary>Elements between neighbours in Y.</summary>
    int YStride { get; }

    /// <summary>Elements between neighbours in Z.</summary>
    int ZStride { get; }

    /// <summary>The same stride with every component at run time.</summary>
    Stride3D.General AsGeneral();
}
