using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>How a batch of matrix products is cut into groups of threads, and these into launches. Immutable.</summary>
internal sealed class ProductTiling
{
    /// <summary>Most groups along the second and third dimension of a launch, on CUDA.</summary>
    private const int MaxGroups = 65535;

    private readonly IlgpuContext _context;
    private readonly int _down;
    private readonly int _across;
    private readonly int _batches;
    private readonly int _rows;
    private readonly int _columns;

    private ProductTiling(IlgpuContext context, int tile, int down, int across, int batches, int inner)
    {
        (_context, Tile, _down, _across, _batches) = (context, tile, down, across, batches);

        // Whole rows of groups where one launch holds so many, else parts of a row.
        var groups = LaunchCuts.Items(context, (long)Edge * Edge * Math.Max(1, inner) * batches, checked(down * across));
        (_rows, _columns) = (Math.Min(down, Math.Max(1, groups / across)), Math.Min(across, groups));
    }

    /// <summary>Threads of a group along each side.</summary>
    public int Tile { get; }

    private int Edge => 4 * Tile;

    /// <summary>The tiling of a product; null when a launch cannot hold its batches or rows.</summary>
    public static ProductTiling? Create(IlgpuContext context, int rows, int columns, int inner, int batches)
    {
        var threads = context.Device.MaxNumThreadsPerGroup;
        var tile = threads >= 256 ? 16 : threads >= 64 ? 8 : threads >= 16 ? 4 : threads >= 4 ? 2 : 1;
        var edge = 4 * tile;
        int down = (rows + edge - 1) / edge, across = (columns + edge - 1) / edge;
        return down > MaxGroups || batches > MaxGroups || down == 0 || across == 0 || batches == 0 ? null : new ProductTiling(context, tile, down, across, batches, inner);
    }

    /// <summary>What to launch, one after the other; a cancelled run ends between two launches. Walking them allocates nothing.</summary>
    /// <param name="call">The call of the kernel.</param>
    public Walk Launches(KernelCall call) => new(this, call);

    /// <summary>Launches of a product: their groups of threads, first row and first column.</summary>
    internal struct Walk(ProductTiling tiling, KernelCall call)
    {
        private int _row;
        private int _column = -1;

        /// <summary>The launch that it is at.</summary>
        public readonly (KernelConfig Config, int Row, int Column) Current
        {
            get
            {
                var size = new Index3D(
                    Math.Min(tiling._columns, tiling._across - _column), Math.Min(tiling._rows, tiling._down - _row), tiling._batches);
                return (new KernelConfig(size, new Index3D(tiling.Tile, tiling.Tile, 1)), _row * tiling.Edge, _column * tiling.Edge);
            }
        }

        public readonly Walk GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_column < 0)
            {
                _column = 0;
                return true;
            }

            _column += tiling._columns;
            if (_column >= tiling._across)
            {
                (_row, _column) = (_row + tiling._rows, 0);
            }

            if (_row >= tiling._down)
            {
                return false;
            }

            LaunchCuts.Between(tiling._context, call);
            return true;
        }
    }
}
