using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A blocked matrix product as units of work that threads claim: for every block of steps, first strips to pack, then blocks of C to
/// compute. The units are numbered through, and a unit starts when all of the stages before its own are done, so threads need no
/// further agreement and a slow thread only ever delays the unit it holds. Not thread-safe between calls.
/// </summary>
internal sealed unsafe partial class GemmWork(GemmTiles tiles, SimdLevel level, StopSignal? stop = null) : TeamWork
{
    private const int PackedTilesPerUnit = 4;
    private const int PackedSteps = 32;

    /// <summary>What the last unit of a stage waits for is short.</summary>
    private const int UnitsPerThread = 4;

    /// <summary>Up to this many rows B is read in place, if its rows are vectors: packing it would cost more than it gains.</summary>
    private const int RowsForB = 56;

    /// <summary>
    /// Of more than so many floats (8 MB) B is packed as soon as two tiles read it: each step is another page from far away, which the
    /// processor does not foresee and the packing fetches ahead (28 x 2048 x 2048: 1.3 times as fast, 28 x 1000 x 1000: 0.95).
    /// </summary>
    private const int LargeOperand = 2 * 1024 * 1024;

    /// <summary>Up to this many columns a transposed A is read in place.</summary>
    private const int ColumnsForTurnedA = 64;

    /// <summary>
    /// Up to this many columns, or with fewer steps than the next, an A whose rows lie in place is read in place: packing it took 3 %
    /// of a product of 384 and 1 % of 768; with more columns it gains (1000: 0.96 of OpenBLAS in place, 1.05 packed; 2,100 with
    /// blocks of more than a page of steps: 0.82 and 0.99).
    /// </summary>
    private const int ColumnsForA = 768;

    private const int StepsForA = 64;

    /// <summary>Up to this many floats (64 KB, near the first-level cache) an operand is read in place for all rows or columns.</summary>
    private const int SmallOperand = 16384;

    /// <summary>With fewer rows, or steps per four columns, the last columns are not worth code of their own.</summary>
    private const int RowsForTail = 8;

    private const int StepsForTail = 16;

    /// <summary>Most times the usual tiles that pass a panel of few steps one after another.</summary>
    private const int MaxUnitFactor = 4;

    private readonly AlignedBuffer _packedA = new();
    private readonly AlignedBuffer _packedB = new();
    private readonly AlignedBuffer _packedTail = new();
    private GemmArguments _g;
    private GemmBlocking _blocks;
    private bool _packA;
    private bool _packB;
    private bool _packAInUnit;
    private bool _packBInUnit;
    private bool _shared;
    private bool _hasTail;
    private int _packedPanels;
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

        // Rows 4096 bytes apart compete for one set of the first-level cache: such an A is packed, and one whose rows are nearly so (1,023
        // with few columns: 0.78 to 1.02 of OpenBLAS in place, as its pages happen to lie). So is a transposed one that is not small, of
        // which every step is another page.
        _packA = g.AStorage != GemmStorage.Float32
            || (g.Columns > ColumnsForA && g.Depth >= StepsForA)
            || g.AStride % 1024 == 0
            || (g.AStride > 1008 && g.AStride % 1024 is < 16 or > 1008)
            || (g.TransposeA && g.Columns > ColumnsForTurnedA && (long)g.Rows * g.Depth > SmallOperand);
        _packB = g.PackedB is null
            && (g.TransposeB || g.BStorage != GemmStorage.Float32 || IsWorthPacking(g.Rows, (long)g.Columns * g.Depth));
        _shared = parts > 1;
        _hasTail = tiles.HasBrokenEdges && !_packA && !g.TransposeA && g.PackedB is null && !g.TransposeB && g.BStorage == GemmStorage.Float32
            && g.Columns % tiles.PanelColumns is > 0 and <= GemmTail512.MaxColumns && g.Columns > tiles.PanelColumns && g.Rows >= RowsForTail && g.Depth >= StepsForTail * ((g.Columns % tiles.PanelColumns) > GemmTail512.MaxColumns / 2 ? 2 : 1);
        _next = _done = 0;
        Divide(parts);
        _packedA.Ensure(_packA ? checked((_packAInUnit ? _tilesPerUnit * parts : Tiles(_blocks.RowBlock)) * TileStride(_blocks.DepthBlock)) : 0);
        _packedTail.Ensure(_hasTail ? checked(parts * GemmTail512.PackedLength(_blocks.DepthBlock)) : 0);
        _packedB.Ensure(g.PackedB is null ? checked((_packB ? _packedPanels : 1) * tiles.PanelColumns * _blocks.DepthBlock) + GemmPacker.Slack : 0);
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
                        if (stop is not { IsRequested: true })
                        {
                            stage.Pack(mine - start);
                        }

                        Finish();
                    }

                    start += stage.PackUnits;
                    for (; mine < start + stage.ComputeUnits; mine = Claim())
                    {
                        Await(start);
                        if (stop is not { IsRequested: true })
                        {
                            stage.Compute(mine - start, part);
                        }

                        Finish();
                    }

                    start += stage.ComputeUnits;
                }
            }
        }
    }

    private bool IsWorthPacking(int rows, long floats) =>
        floats > SmallOperand && rows > (floats > LargeOperand ? tiles.MaxRows : RowsForB);

    /// <summary>
    /// Sets the size of the units, and where operands are packed. A unit's tiles of A stay in the second-level cache, so with fewer steps there
    /// are more of them. Whoever computes a unit packs what no other needs right before: it is still in that cache when it is read, where a
    /// stage of its own would take it to the third level and back (64 x 2048 x 2048 from 0.77 to 1.06 of OpenBLAS, 2048 x 2048 x 2048
    /// from 0.98 to 1.02).
    /// </summary>
    private void Divide(int parts)
    {
        var blockTiles = Tiles(Math.Min(_blocks.RowBlock, _g.Rows));
        var panels = Panels(Math.Min(_blocks.ColumnBlock, _g.Columns));
        var most = tiles.TilesPerUnit * Math.Clamp(tiles.MaxDepth / _blocks.DepthBlock, 1, MaxUnitFactor);
        var rowUnits = (blockTiles + most - 1) / most;
        var wanted = _shared ? UnitsPerThread * parts : 1;
        var isOne = rowUnits == 1 && _blocks.RowBlocks == 1 && panels >= wanted;
        rowUnits = _shared && !isOne ? Math.Max(rowUnits, Math.Min(UnitsPerThread, blockTiles)) : rowUnits;
        _tilesPerUnit = (blockTiles + rowUnits - 1) / rowUnits;
        rowUnits = (blockTiles + _tilesPerUnit - 1) / _tilesPerUnit;
        _columnGroups = Math.Clamp((wanted + rowUnits - 1) / rowUnits, 1, panels);
        _packAInUnit = _packA && _columnGroups == 1;
        _packBInUnit = _packB && (isOne || !_shared);

        // One panel for each unit where only one row of units needs it.
        _packedPanels = isOne ? _columnGroups : panels;
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

    private SimdLevel Level => level;

    private int MaxRows => tiles.MaxRows;

    private int PanelWidth => tiles.PanelColumns;

    private int Width(int columns) => columns <= tiles.VectorColumns ? tiles.VectorColumns : tiles.PanelColumns;

    private bool HasBrokenEdges => tiles.HasBrokenEdges;

    private delegate*<GemmTileCall*, void> TileCode(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain) =>
        tiles.Tile(rows, rowsInPlace, wide, isBroken, isPlain);
}
