using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

internal sealed unsafe partial class GemmWork
{
    private const int Line = 64;

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
            _unitsA = work._packA && !work._packAInUnit ? (_tiles + PackedTilesPerUnit - 1) / PackedTilesPerUnit : 0;

            // Of a B that is read in place only a panel of broken vectors is packed, and only where no tile ends within a vector.
            var whole = work.HasBrokenEdges || _columns % work.PanelWidth == 0 ? _panels : _panels - 1;
            _firstPanel = rowBlock > 0 || work._g.PackedB is not null || work._packBInUnit ? _panels : work._packB ? 0 : whole;
            PackUnits = _unitsA + (_panels - _firstPanel);
            ComputeUnits = (_tiles + work._tilesPerUnit - 1) / work._tilesPerUnit * work._columnGroups;
        }

        public int PackUnits { get; }

        public int ComputeUnits { get; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Pack(int unit)
        {
            if (unit >= _unitsA)
            {
                var panel = _firstPanel + unit - _unitsA;
                PackPanel(panel, PackedPanel(panel));
                return;
            }

            int start = unit * PackedTilesPerUnit, end = Math.Min(_tiles, start + PackedTilesPerUnit);
            PackTiles(start, end, PackedTile(start));
        }

        private void PackTiles(int start, int end, float* packed)
        {
            ref readonly var g = ref _work._g;

            // Tiles of a transposed A share lines and pages: a few steps of all of them, then the next.
            var chunk = g.TransposeA ? Math.Min(_depth, PackedSteps) : _depth;
            nint distance = _work.TileStride(_depth);
            for (var step = 0; step < _depth; step += chunk)
            {
                for (var tile = start; tile < end; tile++)
                {
                    var (first, count) = Tile(tile);
                    var from = g.TransposeA ? ((_step + step) * g.AStride) + _row + first : ((_row + first) * g.AStride) + _step;
                    GemmPacker.Pack(
                        _work.Level, g.AStorage, g.TransposeA, GemmPacker.At(g.A, g.AStorage, from), g.AStride, Math.Min(chunk, _depth - step), count, count,
                        packed + ((tile - start) * distance) + ((nint)step * count));
                }
            }
        }

        private void PackPanel(int panel, float* packed)
        {
            ref readonly var g = ref _work._g;
            var column = _column + (panel * _work.PanelWidth);
            var count = Math.Min(_work.PanelWidth, _column + _columns - column);
            GemmPacker.Pack(
                _work.Level, g.BStorage, !g.TransposeB, Source(panel), g.BStride, _depth, count, _work.Width(count), packed);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        public void Compute(int unit, int part)
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
            var packedA = PackedTile(_work._packAInUnit ? part * _work._tilesPerUnit : firstTile);
            if (_work._packAInUnit)
            {
                PackTiles(firstTile, endTile, packedA);
            }

            var a = _work._packA ? packedA : (float*)g.A + (g.TransposeA ? (_step * g.AStride) + _row + row : ((_row + row) * g.AStride) + _step);
            nint distance = _work._packA ? _work.TileStride(_depth) : 0, rowDistance = _work._packA ? 0 : g.TransposeA ? 1 : g.AStride;
            GemmTileCall call;
            call.Depth = _depth;
            call.AStep = _work._packA ? 0 : g.TransposeA ? g.AStride : 1;
            call.ARowStride = inPlace ? g.AStride : 1;
            var packsB = _work._packBInUnit && rowUnit == 0 && _row == 0;
            var endPanel = Start(_panels, group + 1, _work._columnGroups);
            for (var panel = Start(_panels, group, _work._columnGroups); panel < endPanel; panel++)
            {
                var column = _column + (panel * panelWidth);
                var count = Math.Min(panelWidth, _column + _columns - column);
                if (_work._hasTail && count <= GemmTail512.MaxColumns)
                {
                    Tail(column, count, row, (endTile < _tiles ? Tile(endTile).First : _rows) - row, plain && flags == GemmTileFlags.None && (!isFirst || g.ColumnBias == null), part, scratch);
                    continue;
                }

                var width = _work.Width(count);
                var isBroken = count != width && _work.HasBrokenEdges;
                var direct = plain && (count == width || isBroken);
                var packed = _work._packB || (count != panelWidth && !_work.HasBrokenEdges);
                var slot = _work._packedPanels < _panels ? group : panel;
                if (packsB)
                {
                    PackPanel(panel, PackedPanel(slot));
                }

                call.B = g.PackedB is { } given ? given.Panel(column, _step) : packed ? PackedPanel(slot) : (float*)g.B + (_step * g.BStride) + column;
                call.BStep = packed || g.PackedB is not null ? width : g.BStride;
                call.Columns = count;
                call.Bias = direct && isFirst && g.ColumnBias != null ? g.ColumnBias + column : null;
                call.CStride = direct ? g.CStride : width;
                call.Flags = direct ? flags : GemmTileFlags.None;

                // What the next panel is packed from, a line of all its steps with each of the first two tiles, or the packed panel itself.
                // The long rows of a transposed B the processor foresees.
                call.Ahead = packsB ? (byte*)Source(panel + 1) : (byte*)(call.B + ((nint)panelWidth * _depth));
                call.AheadStep = !packsB ? (panelWidth * sizeof(float) / (endTile - firstTile)) + 1 : g.TransposeB ? 0 : StepBytes;
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

                        call.Ahead += packsB ? Line : _depth * call.AheadStep;
                        call.AheadStep = packsB && tile > firstTile ? 0 : call.AheadStep;
                        call.A += distance + (tileRows * rowDistance);
                        to += tileRows * g.CStride;
                        first += tileRows;
                    }
                }
            }
        }

        /// <summary>The last columns of the rows of a unit.</summary>
        private void Tail(int column, int count, int row, int rows, bool isDirect, int part, float* scratch)
        {
            const int ScratchWidth = 16;
            ref readonly var g = ref _work._g;
            var packed = Pointers.Of(_work._packedTail) + ((nint)part * GemmTail512.PackedLength(_work._blocks.DepthBlock));
            GemmTail512.Pack((float*)g.B + (_step * g.BStride) + column, g.BStride, _depth, count, packed);
            var a = (float*)g.A + ((_row + row) * g.AStride) + _step;
            if (isDirect)
            {
                GemmTail512.Run(rows, count, _depth, a, g.AStride, packed, g.C + ((_row + row) * g.CStride) + column, g.CStride);
                return;
            }

            for (var first = 0; first < rows; first += _work.MaxRows)
            {
                var some = Math.Min(_work.MaxRows, rows - first);
                GemmTail512.Run(some, count, _depth, a + (first * g.AStride), g.AStride, packed, scratch, ScratchWidth);
                GemmEpilogue.Write(_work.Level, g, scratch, ScratchWidth, _row + row + first, some, column, count, _step == 0, _step + _depth == g.Depth);
            }
        }

        /// <summary>Where a panel of B is packed from.</summary>
        private void* Source(int panel)
        {
            ref readonly var g = ref _work._g;
            var column = _column + (panel * _work.PanelWidth);
            return GemmPacker.At(g.B, g.BStorage, g.TransposeB ? (column * g.BStride) + _step : (_step * g.BStride) + column);
        }

        private nint StepBytes => _work._g.BStride * (_work._g.BStorage == GemmStorage.Float32 ? sizeof(float) : sizeof(ushort));

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
}
