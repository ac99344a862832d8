using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Blocked matrix product. A block of B (256 steps by 512 columns, 512 KB) is packed once and stays in the second-level cache; one of
/// its panels (256 x 32, 32 KB) stays in the first-level cache while the rows of A pass. Not thread-safe.
/// </summary>
internal sealed unsafe class CpuGemm(MicroKernel micro, SimdLevel level, WorkerTeam team) : IGemmKernel
{
    private const int DepthBlock = 256;
    private const int ColumnBlock = 512;

    /// <summary>
    /// Rows of A packed at a time, a multiple of the tile heights 14, 28, 6, 12 and 4 (172 KB). Packing makes the rows of a tile share
    /// cache lines; unpacked rows a power of two apart compete for one cache set.
    /// </summary>
    private const int RowBlock = 168;

    /// <summary>From this many columns on, each packed row of A is used often enough to pay for its packing.</summary>
    private const int PackFromColumns = 160;

    /// <summary>Up to this many rows a 14-row tile would mostly compute repeated rows, and packing B would cost more than the product.</summary>
    private const int FewRows = 4;

    private readonly AlignedBuffer _packedB = new();
    private readonly AlignedBuffer[] _packedA = CreateBuffers(team.Parts, 0);
    private readonly AlignedBuffer[] _tiles = CreateBuffers(team.Parts, micro.MaxTile);
    private readonly nint[] _tables = new nint[team.Parts * micro.MaxRows];
    private Rows? _rows;

    private MicroKernel Micro => micro;

    public void Multiply(
        GemmShape shape, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool relu = false)
    {
        shape.Validate(a.Length, b.Length, bias.Length, c.Length);
        if (shape.Rows == 0 || shape.Columns == 0)
        {
            return;
        }

        fixed (float* pa = a, pb = b, pbias = bias, pc = c)
        {
            if (shape.Depth == 0)
            {
                ZeroDepth(shape, pbias, pc, relu);
            }
            else if (shape.Rows <= FewRows && !shape.TransposeA && !shape.TransposeB && level != SimdLevel.Scalar)
            {
                FewRowsProduct(shape, pa, pb, pbias, pc, relu);
            }
            else
            {
                Blocked(shape, pa, pb, pbias, pc, relu);
            }
        }
    }

    private static AlignedBuffer[] CreateBuffers(int count, int length)
    {
        var buffers = new AlignedBuffer[count];
        for (var i = 0; i < count; i++)
        {
            buffers[i] = new AlignedBuffer(length);
        }

        return buffers;
    }

    private static void ZeroDepth(GemmShape shape, float* bias, float* c, bool relu)
    {
        for (var i = 0; i < shape.Rows * shape.Columns; i++)
        {
            var value = bias == null ? 0f : bias[i % shape.Columns];
            c[i] = relu ? MathF.Max(value, 0f) : value;
        }
    }

    private void Blocked(GemmShape shape, float* a, float* b, float* bias, float* c, bool relu)
    {
        var work = _rows ??= new Rows(this);
        var columnBlock = Math.Min(ColumnBlock, shape.Columns);
        var depthBlock = Math.Min(DepthBlock, shape.Depth);
        _packedB.Ensure(new Panels(micro, columnBlock).PackedColumns * depthBlock);
        for (var column = 0; column < shape.Columns; column += ColumnBlock)
        {
            var panels = new Panels(micro, Math.Min(ColumnBlock, shape.Columns - column));
            for (var step = 0; step < shape.Depth; step += DepthBlock)
            {
                var depth = Math.Min(DepthBlock, shape.Depth - step);
                fixed (float* packed = _packedB.Floats)
                {
                    if (shape.TransposeB)
                    {
                        panels.PackTransposed(b + ((nint)column * shape.Depth) + step, shape.Depth, depth, packed);
                    }
                    else
                    {
                        panels.Pack(b + ((nint)step * shape.Columns) + column, shape.Columns, depth, packed);
                    }

                    var last = step + depth == shape.Depth;
                    var writer = new TileWriter(
                        c + column, shape.Columns, last && bias != null ? bias + column : null, step > 0, relu && last, level);
                    var first = a + (shape.TransposeA ? (nint)step * shape.Rows : step);
                    work.Set(shape, panels, first, depth, packed, writer);
                    team.Run(work);
                }
            }
        }
    }

    /// <summary>A few rows times a matrix that is read once, in place: bound by reading B, as single-sample inference is.</summary>
    private void FewRowsProduct(GemmShape shape, float* a, float* b, float* bias, float* c, bool relu)
    {
        for (var row = 0; row < shape.Rows; row++, a += shape.Depth, c += shape.Columns)
        {
            var j = 0;
            for (; level == SimdLevel.Vector512 && j <= shape.Columns - 128; j += 128)
            {
                RowTimes128(shape, a, b + j, c + j);
            }

            for (; j <= shape.Columns - 16; j += 16)
            {
                Vector256<float> left = Vector256<float>.Zero, right = Vector256<float>.Zero;
                var from = b + j;
                for (var k = 0; k < shape.Depth; k++, from += shape.Columns)
                {
                    var v = Vector256.Create(a[k]);
                    left = Vector256.FusedMultiplyAdd(v, Vector256.Load(from), left);
                    right = Vector256.FusedMultiplyAdd(v, Vector256.Load(from + 8), right);
                }

                left.Store(c + j);
                right.Store(c + j + 8);
            }

            for (; j < shape.Columns; j++)
            {
                var sum = 0f;
                for (var k = 0; k < shape.Depth; k++)
                {
                    sum += a[k] * b[((nint)k * shape.Columns) + j];
                }

                c[j] = sum;
            }

            new TileWriter(c, shape.Columns, bias, false, relu, level).Write(c, shape.Columns, 0, 1, 0, shape.Columns);
        }
    }

    private static void RowTimes128(GemmShape shape, float* a, float* b, float* c)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var k = 0; k < shape.Depth; k++, b += shape.Columns)
        {
            var v = Vector512.Create(a[k]);
            s0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b), s0);
            s1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 16), s1);
            s2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 32), s2);
            s3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 48), s3);
            s4 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 64), s4);
            s5 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 80), s5);
            s6 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 96), s6);
            s7 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 112), s7);
        }

        s0.Store(c);
        s1.Store(c + 16);
        s2.Store(c + 32);
        s3.Store(c + 48);
        s4.Store(c + 64);
        s5.Store(c + 80);
        s6.Store(c + 96);
        s7.Store(c + 112);
    }

    /// <summary>The rows of one packed block of B, divided among the threads.</summary>
    private sealed class Rows(CpuGemm gemm) : TeamWork
    {
        private GemmShape _shape;
        private Panels _panels;
        private float* _a;
        private int _depth;
        private float* _packedB;
        private TileWriter _writer;

        public void Set(GemmShape shape, in Panels panels, float* a, int depth, float* packedB, in TileWriter writer)
        {
            _shape = shape;
            _panels = panels;
            _a = a;
            _depth = depth;
            _packedB = packedB;
            _writer = writer;
        }

        public override void Run(int part, int parts)
        {
            var micro = gemm.Micro;
            var unit = micro.MaxRows;
            var units = (_shape.Rows + unit - 1) / unit;
            int first = Start(units, part, parts) * unit, end = Math.Min(_shape.Rows, Start(units, part + 1, parts) * unit);
            fixed (nint* tables = gemm._tables)
            fixed (float* tile = gemm._tiles[part].Floats)
            {
                var table = tables + (part * unit);
                nint zero = 0;
                var source = new TileSource { RunOffsets = &zero, RunCount = 1, RunLength = _depth, RowOffsets = table };
                if (_panels.Columns < PackFromColumns)
                {
                    Direct(source, table, first, end, tile);
                }
                else
                {
                    Packed(source, table, first, end, tile, gemm._packedA[part]);
                }
            }
        }

        /// <summary>Reads A where it is.</summary>
        private void Direct(TileSource source, nint* table, int first, int end, float* tile)
        {
            nint rowStride = _shape.TransposeA ? 1 : _shape.Depth;
            source.Step = _shape.TransposeA ? _shape.Rows : 1;
            for (var row = first; row < end; row += gemm.Micro.MaxRows)
            {
                var rows = Math.Min(gemm.Micro.MaxRows, end - row);
                for (var r = 0; r < gemm.Micro.MaxRows; r++)
                {
                    table[r] = Math.Min(r, rows - 1) * rowStride;
                }

                source.A = _a + (row * rowStride);
                TileLoop.Run(gemm.Micro, _panels, source, _packedB, 0, rows, tile, _writer.From(row));
            }
        }

        /// <summary>Copies blocks of A into tiles as high as the wide micro-kernel, step after step.</summary>
        private void Packed(TileSource source, nint* table, int first, int end, float* tile, AlignedBuffer buffer)
        {
            var height = gemm.Micro.WideRows;
            buffer.Ensure((RowBlock + gemm.Micro.MaxRows) * _depth);
            for (var r = 0; r < gemm.Micro.MaxRows; r++)
            {
                table[r] = (r / height * height * _depth) + (r % height);
            }

            source.Step = height;
            fixed (float* packed = buffer.Floats)
            {
                for (var block = first; block < end; block += RowBlock)
                {
                    var rows = Math.Min(RowBlock, end - block);
                    PackRows(block, rows, height, packed);
                    var panelB = _packedB;
                    for (var panel = 0; panel < _panels.Count; panel++)
                    {
                        var narrow = _panels.IsNarrow(panel);
                        var tileRows = narrow ? gemm.Micro.NarrowRows : height;
                        source.B = panelB;
                        for (var row = 0; row < rows; row += tileRows)
                        {
                            source.A = packed + ((nint)row * _depth);
                            if (narrow)
                            {
                                gemm.Micro.Narrow(source, tile);
                            }
                            else
                            {
                                gemm.Micro.Wide(source, tile);
                            }

                            _writer.Write(
                                tile, _panels.Width(panel), block + row, Math.Min(tileRows, rows - row), _panels.FirstColumn(panel), _panels.ColumnsIn(panel));
                        }

                        panelB += (nint)_depth * _panels.Width(panel);
                    }
                }
            }
        }

        private void PackRows(int first, int rows, int height, float* packed)
        {
            for (var row = 0; row < rows; row += height, packed += (nint)height * _depth)
            {
                var count = Math.Min(height, rows - row);
                for (var r = 0; r < height; r++)
                {
                    // Missing rows repeat the last one: their sums are never written.
                    var from = first + row + Math.Min(r, count - 1);
                    var write = packed + r;
                    if (_shape.TransposeA)
                    {
                        var read = _a + from;
                        for (var k = 0; k < _depth; k++, read += _shape.Rows, write += height)
                        {
                            *write = *read;
                        }
                    }
                    else
                    {
                        var read = _a + ((nint)from * _shape.Depth);
                        for (var k = 0; k < _depth; k++, write += height)
                        {
                            *write = read[k];
                        }
                    }
                }
            }
        }
    }
}
