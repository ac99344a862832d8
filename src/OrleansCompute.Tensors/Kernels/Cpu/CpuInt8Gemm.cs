namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Products of unsigned (or signed) 8-bit rows with signed 8-bit weights, summed exactly in 32 bits, with a scale per column. Weights
/// are packed once. Keeps its scratch memory. Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe class CpuInt8Gemm
{
    /// <summary>Longest sums that cannot overflow: 2^31 / (255 * 128).</summary>
    public const int MaxDepth = 65_793;

    private const double MinSharedSteps = 4e6;
    private static readonly nint[] OneRun = [0];
    private readonly Int8Tiles _tiles;
    private readonly WorkerTeam _team;
    private readonly Int8Weights _weights = new();
    private readonly AlignedBuffer _rows = new();
    private readonly Rows _work;
    private int _depth;
    private readonly StopSignal _stop;
    private bool _signed;

    public CpuInt8Gemm(SimdLevel level, WorkerTeam team, StopSignal? stop = null)
        : this(new Int8Tiles(level), team, stop)
    {
    }

    internal CpuInt8Gemm(Int8Tiles tiles, WorkerTeam team, StopSignal? stop = null)
    {
        _stop = stop ?? new StopSignal();
        _tiles = tiles;
        _team = team;
        _work = new Rows(this);
    }

    /// <summary>Takes the weights for the calls of <see cref="Run"/> that follow.</summary>
    /// <param name="depth">Length of the sums, 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="columns">Columns, 1 or more.</param>
    /// <param name="weights">[depth, columns], or [columns, depth] when transposed.</param>
    /// <param name="transposed">Whether they are stored as [columns, depth].</param>
    /// <param name="zeroPoint">Zero of the left operand: 0 to 255, or -128 to 127 if it is signed.</param>
    /// <param name="signedInput">Whether the left operand's bytes are signed.</param>
    /// <param name="scales">Factors of the results: one per column, one for all, or empty for 1.</param>
    /// <param name="bias">One float per column, added after the scale, or empty.</param>
    /// <param name="integerBias">One number per column, added to the sums, or empty.</param>
    public void Prepare(
        int depth,
        int columns,
        ReadOnlySpan<sbyte> weights,
        bool transposed,
        int zeroPoint,
        bool signedInput,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<int> integerBias)
    {
        if (depth is < 1 or > MaxDepth || columns < 1 || weights.Length < (long)depth * columns)
        {
            throw new ArgumentException(
                $"Int8 gemm: [{depth}, {columns}] weights do not fit {weights.Length} bytes; depth 1 to {MaxDepth}, columns 1 or more.", nameof(weights));
        }

        Require("scales", scales.Length, columns, allowOne: true);
        Require("bias", bias.Length, columns, allowOne: false);
        Require("integer bias", integerBias.Length, columns, allowOne: false);
        (_depth, _signed) = (depth, signedInput);
        var offsets = new nint[depth];
        for (var k = 0; k < depth; k++)
        {
            offsets[k] = transposed ? k : (nint)k * columns;
        }

        fixed (sbyte* from = weights)
        {
            _weights.Fill(
                columns, 1, depth, from, transposed ? depth : 1, offsets, zeroPoint + (signedInput ? 128 : 0), scales, bias, integerBias);
        }
    }

    /// <summary>Multiplies rows.</summary>
    /// <param name="rows">Rows, 0 or more.</param>
    /// <param name="input">Bytes of [rows, depth].</param>
    /// <param name="stride">Bytes between two rows, depth or more.</param>
    /// <param name="output">What to write.</param>
    /// <param name="to">Where the results go: [rows, columns] of the output's type.</param>
    /// <param name="toStride">Results between two rows.</param>
    public void Run(int rows, byte* input, nint stride, in Int8Output output, void* to, nint toStride)
    {
        // Rows are read four bytes at a time; copies have room at the end, and signed bytes are moved by 128.
        if (_signed || _depth % 4 != 0)
        {
            var copied = (_depth + 3) & ~3;
            _rows.Ensure(checked(rows * copied / 4));
            var copy = (byte*)Pointers.Of(_rows);
            for (var row = 0; row < rows; row++)
            {
                Int8Copy.Row(_signed, input + (row * stride), copy + ((nint)row * copied), _depth);
            }

            input = copy;
            stride = copied;
        }

        _work.Set(rows, input, stride, output, to, toStride);
        if (_team.Parts > 1 && (double)rows * _depth * _weights.Columns >= MinSharedSteps)
        {
            _team.Run(_work);
        }
        else
        {
            _work.Run(0, 1);
        }
    }

    private static void Require(string name, int length, int columns, bool allowOne)
    {
        if (length != 0 && length != columns && !(allowOne && length == 1))
        {
            throw new ArgumentException($"Int8 gemm: {name} has {length} values; allowed {columns}, {(allowOne ? "1, " : string.Empty)}or none.");
        }
    }

    private sealed class Rows(CpuInt8Gemm gemm) : TeamWork
    {
        private int _count;
        private byte* _input;
        private nint _stride;
        private Int8Output _output;
        private byte* _to;
        private nint _toStride;

        public void Set(int count, byte* input, nint stride, in Int8Output output, void* to, nint toStride)
        {
            (_count, _stride, _output, _toStride) = (count, stride, output, toStride);
            _input = input;
            _to = (byte*)to;
        }

        public override void Run(int part, int parts)
        {
            var offsets = stackalloc nint[Int8Tile.MaxRows];
            for (var r = 0; r < Int8Tile.MaxRows; r++)
            {
                offsets[r] = r * _stride;
            }

            fixed (nint* run = OneRun)
            {
                var loop = new Int8TileLoop(gemm._tiles, gemm._weights, _output, run);
                int first = Start(_count, part, parts), end = Start(_count, part + 1, parts);
                var unit = gemm._stop.Unit((long)gemm._depth * gemm._weights.Columns, Int8Tile.MaxRows);
                for (; first < end && !gemm._stop.IsRequested; first += unit)
                {
                    loop.Run(_input + (first * _stride), offsets, _stride, Math.Min(unit, end - first), _to + (first * _toStride * _output.ElementBytes), _toStride);
                }
            }
        }
    }
}
