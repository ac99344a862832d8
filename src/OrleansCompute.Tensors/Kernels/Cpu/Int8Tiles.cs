using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>The 8-bit tiles that a SIMD level and this processor allow. Immutable and thread-safe.</summary>
internal sealed unsafe class Int8Tiles(SimdLevel level)
{
    private static readonly delegate*<Int8TileCall*, void>[] VnniTiles =
    [
        &Int8Tile.Run<TileRows1, VnniDot>,
        &Int8Tile.Run<TileRows2, VnniDot>,
        &Int8Tile.Run<TileRows3, VnniDot>,
        &Int8Tile.Run<TileRows4, VnniDot>,
        &Int8Tile.Run<TileRows5, VnniDot>,
        &Int8Tile.Run<TileRows6, VnniDot>,
    ];

    private static readonly delegate*<Int8TileCall*, void>[] WideningTiles =
    [
        &Int8Tile.Run<TileRows1, WideningDot>,
        &Int8Tile.Run<TileRows2, WideningDot>,
        &Int8Tile.Run<TileRows3, WideningDot>,
        &Int8Tile.Run<TileRows4, WideningDot>,
        &Int8Tile.Run<TileRows5, WideningDot>,
        &Int8Tile.Run<TileRows6, WideningDot>,
    ];

    private readonly delegate*<Int8TileCall*, void>[]? _tiles =
        level == SimdLevel.Scalar ? null : AvxVnni.IsSupported ? VnniTiles : Avx2.IsSupported ? WideningTiles : null;

    /// <summary>Tiles without AVX-VNNI; for tests on processors that have it.</summary>
    public Int8Tiles(bool useVnni)
        : this(SimdLevel.Vector256)
    {
        _tiles = useVnni ? VnniTiles : WideningTiles;
    }

    /// <summary>Computes a tile of 1 to <see cref="Int8Tile.MaxRows"/> rows.</summary>
    public void Run(Int8TileCall* call, int rows)
    {
        if (_tiles is null)
        {
            Int8Tile.RunScalar(call, rows);
        }
        else
        {
            _tiles[rows - 1](call);
        }
    }
}
