using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Which element of a plane each tap of each window reads, for windows of any number of dimensions: the kernels for one and two compute it
/// as they go. Immutable.
/// </summary>
internal sealed class WindowTable
{
    /// <summary>Most entries: 64 MB.</summary>
    private const long MaxEntries = 1 << 24;

    private WindowTable(WindowGeometry geometry)
    {
        Geometry = geometry;
        (Taps, Positions, PlaneSize) = (geometry.KernelSize, geometry.MapSize, geometry.ImageSize);
        Places = new int[Taps * Positions];
        for (var tap = 0; tap < Taps; tap++)
        {
            for (var position = 0; position < Positions; position++)
            {
                Places[(tap * Positions) + position] = geometry.ImageIndex(position, tap);
            }
        }
    }

    /// <summary>Sizes.</summary>
    public WindowGeometry Geometry { get; }

    /// <summary>Elements of a window.</summary>
    public int Taps { get; }

    /// <summary>Windows of a plane.</summary>
    public int Positions { get; }

    /// <summary>Elements of a plane.</summary>
    public int PlaneSize { get; }

    /// <summary>[tap, position]: an element of the plane, or -1 in the padding.</summary>
    public int[] Places { get; }

    /// <summary>Null when it would be too large.</summary>
    public static WindowTable? Of(WindowGeometry geometry) =>
        (long)geometry.KernelSize * geometry.MapSize is > 0 and <= MaxEntries ? new WindowTable(geometry) : null;
}
