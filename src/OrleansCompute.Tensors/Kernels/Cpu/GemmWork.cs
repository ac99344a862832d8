using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A blocked matrix product as units of work that threads claim: for every block of steps, first strips to pack, then blocks of C to
/// compute. The units are numbered through, and a unit starts when all of the stages before its own are done, so threads need no
/// further agreement and a slow thread only ever delays the unit it holds. Not thread-safe between calls.
/// </summary>
internal sealed unsafe class GemmWork(GemmTiles tiles, SimdLevel level) : TeamWork
{
    private const int PackedTilesPerUnit = 4;
    private const int PackedSteps = 32;

    /// <summary>Up to this many rows B is read in place, if its rows are vectors: packing it would cost more than it gains.</summary>
    private const int RowsForB = 56;

    /// <summary>Up to this many columns a transposed A is read in place.</summary>
    private const int ColumnsForA = 64;

    /// <summary>Up to this many floats (64 KB, near the first-level cache) an operand is read in place for all rows or columns.</summary>
    private const int SmallOperand = 16384;

    private readonly AlignedBuffer _packedA = new();
    private readonly AlignedBuffer _packedB = new();
    private GemmArguments _g;
    private GemmBlocking _blocks;
    private bool _packA;
    private bool _packB;
    private bool _shared;
    private int _tilesPerUnit;
    private int _columnGroups;
    private int _next;
    private int _done;

    /// <summary>Prepares a product.</summary>
    /// <param name="g">The product; sizes are 1 or more.</param>
    /// <param name="parts">Threads that will call <see cref="Run"/>.</param>
    public void Set(in GemmArguments g, int parts)
    {
        _g = g;
        _blocks = new GemmBlocking(tiles, g.Rows, g.Columns, g.Depth);

        // A whose rows lie in place is read in place: its rows are streams, and packing it took 3 to 5 % of a product of 512 to 1024. But
        // rows 4096 bytes apart compete for one set of the first-level cache: such an operand is packed, and one whose rows are nearly so
        // (2,047 columns: 0.84 of OpenBLAS in place, 0.98 packed; 1,023: 0.78 to 1.02 in place, as its pages happen to lie). So is a transposed one that is
        // not small, of which every step is another page.
        _packA = g.AStorage != GemmStorage.Float32
            || g.AStride % 1024 == 0
            || (g.AStride > 1008 && g.AStride % 1024 is < 16 or > 1008)
            || (g.TransposeA && g.Columns > ColumnsForA && (long)g.Rows * g.Depth > SmallOperand);
        _packB = g.PackedB is null
            && (g.TransposeB || g.BStorage != GemmStorage.Float32 || (g.Rows > RowsForB && (long)g.Columns * g.Depth > SmallOperand));
        _shared = parts > 1;
        _next = _done = 0;
        var blockTiles = Tiles(Math.Min(_blocks.RowBlock, g.Rows));
        _tilesPerUnit = Math.Min(tiles.TilesPerUnit, _shared ? Math.Max(1, (blockTiles + 3) / 4) : tiles.TilesPerUnit);
        var rowUnits = (blockTiles + _tilesPerUnit - 1) / _tilesPerUnit;
        var panels = Panels(Math.Min(_blocks.ColumnBlock, g.Columns));

        // Four units for each thread, if there are so many panels: what the last one waits for is short.
        _columnGroups = _shared ? Math.Clamp(((4 * parts) + rowUnits - 1) / rowUnits, 1, panels) : 1;
        _packedA.Ensure(_packA ? checked(blockTiles * TileStride(_blocks.DepthBlock)) : 0);
        _packedB.Ensure(g.PackedB is null
            ? (_packB ? checked(panels * tiles.PanelColumns * _blocks.DepthBlock) : tiles.PanelColumns * _blocks.DepthBlock) + GemmPacker.Slack
            : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int part, int parts)
    {
        int mine = Claim(), start = 0;
        for (var columnBlock = 0; columnBlock < _blocks.ColumnBlocks; columnBlock++)
        {
            for (var depthBlock = 0; depthBlock < _blocks.DepthBlocks; depthBlock++)
            {
                for (var rowBlock = 0; rowBlock < _blocks.RowBlocks; rowBlock++)
                {
                    var stage = new Stage(this, columnBlock, depthBlock, rowBlock);
                    for (; mine < start + stage.PackUnits; mine = Claim())
                    {
                        Await(start);
                        stage.Pack(mine - start);
                        Finish();
                    }

                    start += stage.PackUnits;
                    for (; mine < start + stage.ComputeUnits; mine = Claim())
                    {
                        Await(start);
                        stage.Compute(mine - start);
                        Finish();
                    }

                    start += stage.ComputeUnits;
                }
            }
        }
    }

    private int Tiles(int rows) => (rows + tiles.MaxRows - 1) / tiles.MaxRows;

    private int Panels(int columns) => (columns + tiles.PanelColumns - 1) / tiles.PanelColumns;

    private int TileStride(int depth) => ((tiles.MaxRows * depth) + GemmPacker.Slack + 15) & ~15;

    private int Claim() => _shared ? Interlocked.Increment(ref _next) - 1 : _next++;

    private void Finish()
    {
        if (_shared)
        {
            Interlocked.Increment(ref _done);
        }
    }

    private void Await(int units)
    {
        if (_shared && Volatile.Read(ref _done) < units)
        {
            var wait = default(SpinWait);
            do
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
            while (Volatile.Read(ref _done) < units);
        }
    }

    /// <summary>One block of steps, rows and columns.</summary>
    private readonly ref struct Stage
    {
        private readonly GemmWork _work;
        private readonly int _row;
        private readonly int _rows;
        private readonly int _tiles;
        private readonly int _column;
        private readonly int _columns;
        private readonly int _panels;
        private readonly int _step;
        private readonly int _depth;
        private readonly int _unitsA;
        private readonly int _firstPanel;

        public Stage(GemmWork work, int columnBlock, int depthBlock, int rowBlock)
        {
            _work = work;
            ref readonly var b = ref work._blocks;
            _row = rowBlock * b.RowBlock;
            _rows = Math.Min(b.RowBlock, work._g.Rows - _row);
            _tiles = work.Tiles(_rows);
            _column = columnBlock * b.ColumnBlock;
            _columns = Math.Min(b.ColumnBlock, work._g.Columns - _column);
            _panels = work.Panels(_columns);
            _step = depthBlock * b.DepthBlock;
            _depth = Math.Min(b.DepthBlock, work._g.Depth - _step);
            _unitsA = work._packA ? (_tiles + PackedTilesPerUnit - 1) / PackedTilesPerUnit : 0;

            // Of a B that is read in place only a panel of broken vectors is packed, and only where no tile ends within a vector.
            var whole = work.HasBrokenEdges || _columns % work.PanelWidth == 0 ? _panels : _panels - 1;
            _firstPanel = rowBlock > 0 || work._g.PackedB is not null ? _panels : work._packB ? 0 : whole;
            PackUnits = _unitsA + (_panels - _firstPanel);
            ComputeUnits = (_tiles + work._tilesPerUnit - 1) / work._tilesPerUnit * work._columnGroups;
        }

        public int PackUnits { get; }

        public int ComputeUnits { get; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Pack(int unit)
        {
            ref readonly var g = ref _work._g;
            if (unit >= _unitsA)
            {
                var panel = _firstPanel + unit - _unitsA;
                var column = _column + (panel * _work.PanelWidth);
                var count = Math.Min(_work.PanelWidth, _column + _columns - column);
                var from = g.TransposeB ? (column * g.BStride) + _step : (_step * g.BStride) + column;
                GemmPacker.Pack(
                    _work.Level, g.BStorage, !g.TransposeB, GemmPacker.At(g.B, g.BStorage, from), g.BStride, _depth, count, _work.Width(count), PackedPanel(panel));
                return;
            }

            int start = unit * PackedTilesPerUnit, end = Math.Min(_tiles, start + PackedTilesPerUnit);

            // Tiles of a transposed A share lines and pages: a few steps of all of them, then the next.
            var chunk = g.TransposeA ? Math.Min(_depth, PackedSteps) : _depth;
            for (var step = 0; step < _depth; step += chunk)
            {
                for (var tile = start; tile < end; tile++)
                {
                    var (first, count) = Tile(tile);
                    var from = g.TransposeA ? ((_step + step) * g.AStride) + _row + first : ((_row + first) * g.AStride) + _step;
                    GemmPacker.Pack(
                        _work.Level, g.AStorage, g.TransposeA, GemmPacker.At(g.A, g.AStorage, from), g.AStride, Math.Min(chunk, _depth - step), count, count,
                        PackedTile(tile) + ((nint)step * count));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        public void Compute(int unit)
        {
            int rowUnit = unit / _work._columnGroups, group = unit % _work._columnGroups;
            int firstTile = rowUnit * _work._tilesPerUnit, endTile = Math.Min(_tiles, firstTile + _work._tilesPerUnit);
            int panelWidth = _work.PanelWidth, height = _rows / _tiles, higher = _rows % _tiles;
            var scratch = stackalloc float[(_work.MaxRows * panelWidth) + 16];
            scratch = (float*)(((nuint)scratch + 63) & ~(nuint)63);
            ref readonly var g = ref _work._g;
            bool isFirst = _step == 0, isLast = _step + _depth == g.Depth, inPlace = !_work._packA && !g.TransposeA;
            var flags = (isFirst && !g.Accumulate ? GemmTileFlags.None : GemmTileFlags.Accumulate)
                | (isLast && g.Activation == GemmActivation.Relu ? GemmTileFlags.Relu : GemmTileFlags.None);
            var plain = g.Alpha == 1f && (!isFirst || g.RowBias == null)
                && (!isLast || g.Activation is GemmActivation.None or GemmActivation.Relu);
            var (row, rows) = Tile(firstTile);
            var a = _work._packA ? PackedTile(firstTile) : (float*)g.A + (g.TransposeA ? (_step * g.AStride) + _row + row : ((_row + row) * g.AStride) + _step);
            nint distance = _work._packA ? _work.TileStride(_depth) : 0, rowDistance = _work._packA ? 0 : g.TransposeA ? 1 : g.AStride;
            GemmTileCall call;
            call.Depth = _depth;
            call.AStep = _work._packA ? 0 : g.TransposeA ? g.AStride : 1;
            call.ARowStride = inPlace ? g.AStride : 1;
            var endPanel = Start(_panels, group + 1, _work._columnGroups);
            for (var panel = Start(_panels, group, _work._columnGroups); panel < endPanel; panel++)
            {
                var column = _column + (panel * panelWidth);
                var count = Math.Min(panelWidth, _column + _columns - column);
                var width = _work.Width(count);
                var isBroken = count != width && _work.HasBrokenEdges;
                var direct = plain && (count == width || isBroken);
                var packed = _work._packB || (count != panelWidth && !_work.HasBrokenEdges);
                call.B = g.PackedB is { } given ? given.Panel(column, _step) : packed ? PackedPanel(panel) : (float*)g.B + (_step * g.BStride) + column;
                call.BStep = packed || g.PackedB is not null ? width : g.BStride;
                call.Columns = count;
                call.Bias = direct && isFirst && g.ColumnBias != null ? g.ColumnBias + column : null;
                call.CStride = direct ? g.CStride : width;
                call.Flags = direct ? flags : GemmTileFlags.None;
                call.AheadStep = (panelWidth * sizeof(float) / (endTile - firstTile)) + 1;
                call.Ahead = (byte*)(call.B + ((nint)panelWidth * _depth));
                call.A = a;
                var to = g.C + ((_row + row) * g.CStride) + column;
                var first = row;

                // Higher tiles come first: at most two kinds in a panel.
                for (var tile = firstTile; tile < endTile;)
                {
                    var tileRows = tile < higher ? height + 1 : height;
                    var end = tile < higher ? Math.Min(higher, endTile) : endTile;
                    var run = _work.TileCode(tileRows, inPlace, width == panelWidth, isBroken, call.Flags == GemmTileFlags.None);
                    call.AStep = _work._packA ? tileRows : call.AStep;
                    for (; tile < end; tile++)
                    {
                        call.C = direct ? to : scratch;
                        run(&call);
                        if (!direct)
                        {
                            GemmEpilogue.Write(_work.Level, g, scratch, width, _row + first, tileRows, column, count, isFirst, isLast);
                        }

                        call.Ahead += _depth * call.AheadStep;
                        call.A += distance + (tileRows * rowDistance);
                        to += tileRows * g.CStride;
                        first += tileRows;
                    }
                }
            }
        }

        /// <summary>First row and height of a tile. All are equally high within one row: 15 rows are 8 and 7, not 14 and 1.</summary>
        private (int First, int Rows) Tile(int tile)
        {
            int height = _rows / _tiles, higher = _rows % _tiles;
            return ((tile * height) + Math.Min(tile, higher), height + (tile < higher ? 1 : 0));
        }

        private float* PackedTile(int tile) => Pointers.Of(_work._packedA) + ((nint)tile * _work.TileStride(_depth));

        private float* PackedPanel(int panel) =>
            Pointers.Of(_work._packedB) + (_work._packB ? (nint)panel * _work.PanelWidth * _depth : 0);
    }

    private SimdLevel Level => level;

    private int MaxRows => tiles.MaxRows;

    private int PanelWidth => tiles.PanelColumns;

    private int Width(int columns) => columns <= tiles.VectorColumns ? tiles.VectorColumns : tiles.PanelColumns;

    private bool HasBrokenEdges => tiles.HasBrokenEdges;

    private delegate*<GemmTileCall*, void> TileCode(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain) =>
        tiles.Tile(rows, rowsInPlace, wide, isBroken, isPlain);
}
