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

    /// <summary>Launches all groups; a cancelled run ends between two launches.</summary>
    /// <param name="call">The call of the kernel.</param>
    /// <param name="launch">Launches groups from a first row and a first column on.</param>
    public void Run(KernelCall call, Action<KernelConfig, int, int> launch)
    {
        for (var row = 0; row < _down; row += _rows)
        {
            for (var column = 0; column < _across; column += _columns)
            {
                if (row + column > 0)
                {
                    LaunchCuts.Between(_context, call);
                }

                var size = new Index3D(Math.Min(_columns, _across - column), Math.Min(_rows, _down - row), _batches);
                launch(new KernelConfig(size, new Index3D(Tile, Tile, 1)), row * Edge, column * Edge);
            }
        }
    }
}
