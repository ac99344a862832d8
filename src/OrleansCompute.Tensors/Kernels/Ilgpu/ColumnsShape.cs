namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Where the right matrix of a product lies: as it is, or as the windows of a convolution, which are never written out: its rows are the
/// elements of a window over all channels, its columns the places of the map.
/// </summary>
internal readonly struct ColumnsShape
{
    /// <summary>Not 0: the windows of a convolution.</summary>
    public int IsWindows { get; init; }

    public PlaneShape Plane { get; init; }

    /// <summary>Place of an element behind the first of its batch; -1: padding.</summary>
    public int At(int row, int column, int rowStep, int columnStep)
    {
        if (IsWindows == 0)
        {
            return (row * rowStep) + (column * columnStep);
        }

        int channel = row / Plane.Kernel, inWindow = row % Plane.Kernel;
        int y = (column / Plane.MapWidth * Plane.StrideY) - Plane.PadY + (inWindow / Plane.KernelWidth * Plane.DilationY);
        int x = (column % Plane.MapWidth * Plane.StrideX) - Plane.PadX + (inWindow % Plane.KernelWidth * Plane.DilationX);
        return y < 0 || y >= Plane.ImageHeight || x < 0 || x >= Plane.ImageWidth ? -1 : (channel * Plane.Image) + (y * Plane.ImageWidth) + x;
    }
}
