using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A window over planes of one or two dimensions, for device code: one dimension counts as two with height 1.</summary>
internal readonly struct PlaneShape
{
    public int ImageHeight { get; init; }

    public int ImageWidth { get; init; }

    public int MapHeight { get; init; }

    public int MapWidth { get; init; }

    public int KernelHeight { get; init; }

    public int KernelWidth { get; init; }

    public int StrideY { get; init; }

    public int StrideX { get; init; }

    public int DilationY { get; init; }

    public int DilationX { get; init; }

    public int PadY { get; init; }

    public int PadX { get; init; }

    public int EndY { get; init; }

    public int EndX { get; init; }

    public int Image => ImageHeight * ImageWidth;

    public int Map => MapHeight * MapWidth;

    public int Kernel => KernelHeight * KernelWidth;

    /// <summary>Null for more than two dimensions.</summary>
    public static PlaneShape? Create(WindowGeometry window)
    {
        if (window.Rank > 2)
        {
            return null;
        }

        var x = window.Rank - 1;
        var isPlane = window.Rank == 2;
        return new PlaneShape
        {
            ImageHeight = isPlane ? window.Image[0] : 1,
            ImageWidth = window.Image[x],
            MapHeight = isPlane ? window.Map[0] : 1,
            MapWidth = window.Map[x],
            KernelHeight = isPlane ? window.Kernel[0] : 1,
            KernelWidth = window.Kernel[x],
            StrideY = isPlane ? window.Strides[0] : 1,
            StrideX = window.Strides[x],
            DilationY = isPlane ? window.Dilations[0] : 1,
            DilationX = window.Dilations[x],
            PadY = isPlane ? window.PadsBegin[0] : 0,
            PadX = window.PadsBegin[x],
            EndY = isPlane ? window.PadsEnd[0] : 0,
            EndX = window.PadsEnd[x],
        };
    }
}
