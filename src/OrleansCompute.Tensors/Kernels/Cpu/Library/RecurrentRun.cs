using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Recurrent;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// One direction of a recurrent layer, forwards: one product for the inputs of all steps, one per step for the state. What the gradient needs
/// is left in its buffers, with the steps in the order of time; shapes are [steps, batch, ...]. Not thread-safe.
/// </summary>
internal sealed unsafe class RecurrentRun
{
    private readonly CpuKernelContext _context;
    private readonly RecurrentOperator _layer;
    private readonly RecurrentStep[] _functions;
    private readonly CpuGemm _gemm;
    private readonly GemmPackedB _packed;
    private readonly AlignedBuffer _bias;

    public RecurrentRun(CpuKernelContext context, RecurrentOperator layer, (int Steps, int Batch, int Features) sizes, int direction)
    {
        (_context, _layer) = (context, layer);
        (Steps, Batch, Features) = sizes;
        Direction = direction;
        IsReverse = layer.Direction == RecurrentDirection.Reverse || direction == 1;
        _functions = RecurrentStep.Of(context.Level, layer)[(direction * layer.ActivationsPerDirection)..];
        _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
        _packed = new GemmPackedB(context.Level);
        _bias = new AlignedBuffer(Rows);
        Gates = new AlignedBuffer(Steps * Batch * Rows);
        States = new AlignedBuffer((Steps + 1) * Batch * Hidden);
        Cells = new AlignedBuffer(layer.Kind == RecurrentKind.Lstm ? (Steps + 1) * Batch * Hidden : 0);
        Extra = new AlignedBuffer(layer.Kind == RecurrentKind.Rnn ? 0 : Steps * Batch * Hidden);
    }

    public int Steps { get; }

    public int Batch { get; }

    public int Features { get; }

    public int Direction { get; }

    public bool IsReverse { get; }

    public int Hidden => _layer.Hidden;

    public int Rows => _layer.Gates * _layer.Hidden;

    /// <summary>The functions of this direction.</summary>
    public RecurrentStep[] Functions => _functions;

    /// <summary>What came out of the gates' functions, [steps, batch, rows].</summary>
    public AlignedBuffer Gates { get; }

    /// <summary>h before each step in the order of the steps taken, and the last: [steps + 1, batch, hidden].</summary>
    public AlignedBuffer States { get; }

    /// <summary>c of an LSTM, likewise.</summary>
    public AlignedBuffer Cells { get; }

    /// <summary>LSTM: f(c). GRU: reset * h, or, where the reset comes after it, the product of the state with r for the candidate.</summary>
    public AlignedBuffer Extra { get; }

    /// <summary>Time of the i-th step taken.</summary>
    public int Time(int step) => IsReverse ? Steps - 1 - step : step;

    /// <summary>Runs all steps.</summary>
    /// <param name="x">[steps, batch, features].</param>
    /// <param name="w">[rows, features] of this direction.</param>
    /// <param name="r">[rows, hidden].</param>
    /// <param name="bias">[2, rows], or null.</param>
    /// <param name="peepholes">[3, hidden], or null.</param>
    /// <param name="lengths">Of each sequence, or null.</param>
    public void Forward(float* x, float* w, float* r, float* bias, float* peepholes, int[]? lengths)
    {
        for (var i = 0; i < Rows; i++)
        {
            // Where the reset comes after the product, the candidate's second bias is inside of it.
            var isInside = _layer.ResetsAfter && i >= 2 * Hidden;
            _bias.Floats[i] = bias == null ? 0 : bias[i] + (isInside ? 0 : bias[Rows + i]);
        }

        var gates = Pointers.Of(Gates);
        _gemm.Run(new GemmArguments(new GemmShape(Steps * Batch, Rows, Features, TransposeB: true), x, w, gates) { ColumnBias = Pointers.Of(_bias) });
        _packed.Pack(Hidden, Rows, r, Hidden, true);
        int states = Batch * Hidden, size = Batch * Rows;
        for (var step = 0; step < Steps; step++)
        {
            var time = Time(step);
            var at = gates + ((nint)time * size);
            var h = Pointers.Of(States) + ((nint)step * states);
            var next = h + states;
            switch (_layer.Kind)
            {
                case RecurrentKind.Rnn:
                    State(h, r, 0, Rows, at, true);
                    Activate(_functions[0], at, 0, Rows);
                    new ReadOnlySpan<float>(at, states).CopyTo(new Span<float>(next, states));
                    break;
                case RecurrentKind.Lstm:
                    State(h, r, 0, Rows, at, true);
                    Lstm(at, Pointers.Of(Cells) + ((nint)step * states), Pointers.Of(Extra) + ((nint)time * states), next, peepholes);
                    break;
                default:
                    Gru(at, h, Pointers.Of(Extra) + ((nint)time * states), next, r, bias);
                    break;
            }

            Keep(lengths, time, h, next);
            if (_layer.Kind == RecurrentKind.Lstm)
            {
                var cells = Pointers.Of(Cells) + ((nint)step * states);
                Keep(lengths, time, cells, cells + states);
            }
        }
    }

    /// <summary>to += h r transposed, for some of the rows.</summary>
    private void State(float* h, float* r, int first, int count, float* to, bool isWhole)
    {
        var g = new GemmArguments(new GemmShape(Batch, count, Hidden, TransposeB: true), h, r + ((nint)first * Hidden), to + first)
        {
            CStride = Rows,
            Accumulate = true,
            PackedB = isWhole && Batch > 4 ? _packed : null,
        };
        _gemm.Run(g);
    }

    private void Activate(RecurrentStep function, float* at, int first, int count)
    {
        for (var n = 0; n < Batch; n++)
        {
            var row = at + ((nint)n * Rows) + first;
            Clip(row, count);
            function.Apply(row, count);
        }
    }

    private void Clip(float* row, int count)
    {
        if (_layer.Clip > 0)
        {
            Span<float> values = new(row, count);
            ElementLoops.Unary(_context.Level, new UnaryFunctions.Clip(-_layer.Clip, _layer.Clip), values, values);
        }
    }

    private void Lstm(float* at, float* cells, float* squashed, float* next, float* peepholes)
    {
        var hidden = Hidden;
        for (var n = 0; n < Batch; n++)
        {
            float* i = at + ((nint)n * Rows), o = i + hidden, f = o + hidden, g = f + hidden;
            float* c = cells + ((nint)n * hidden), nextC = c + ((nint)Batch * hidden), s = squashed + ((nint)n * hidden), h = next + ((nint)n * hidden);
            if (peepholes == null && !_layer.CouplesForget)
            {
                // Three gates lie side by side and have one function.
                Gate(0, i, 3 * hidden);
            }
            else
            {
                AddProduct(i, peepholes, c);
                Gate(0, i, hidden);
                AddProduct(f, peepholes == null ? null : peepholes + (2 * hidden), c);
                Gate(0, f, hidden);
            }

            if (_layer.CouplesForget)
            {
                ElementLoops.Unary(_context.Level, new UnaryFunctions.Affine(-1, 1), new ReadOnlySpan<float>(i, hidden), new Span<float>(f, hidden));
            }

            Gate(1, g, hidden);
            Binary(default(BinaryFunctions.Multiply), f, c, nextC);
            AddProduct(nextC, i, g);
            if (peepholes != null || _layer.CouplesForget)
            {
                AddProduct(o, peepholes == null ? null : peepholes + hidden, nextC);
                Gate(0, o, hidden);
            }

            new ReadOnlySpan<float>(nextC, hidden).CopyTo(new Span<float>(s, hidden));
            _functions[2].Apply(s, hidden);
            Binary(default(BinaryFunctions.Multiply), o, s, h);
        }

        void Gate(int function, float* row, int count)
        {
            Clip(row, count);
            _functions[function].Apply(row, count);
        }
    }

    private void Gru(float* at, float* h, float* extra, float* next, float* r, float* bias)
    {
        var hidden = Hidden;
        State(h, r, 0, 2 * hidden, at, false);
        Activate(_functions[0], at, 0, 2 * hidden);
        if (_layer.ResetsAfter)
        {
            _gemm.Run(new GemmArguments(new GemmShape(Batch, hidden, hidden, TransposeB: true), h, r + (2 * (nint)hidden * hidden), extra)
            {
                ColumnBias = bias == null ? null : bias + Rows + (2 * hidden),
            });
        }

        for (var n = 0; n < Batch; n++)
        {
            float* reset = at + ((nint)n * Rows) + hidden, candidate = reset + hidden, e = extra + ((nint)n * hidden);
            if (_layer.ResetsAfter)
            {
                AddProduct(candidate, reset, e);
            }
            else
            {
                Binary(default(BinaryFunctions.Multiply), reset, h + ((nint)n * hidden), e);
            }
        }

        if (!_layer.ResetsAfter)
        {
            State(extra, r, 2 * hidden, hidden, at, false);
        }

        Activate(_functions[1], at, 2 * hidden, hidden);
        for (var n = 0; n < Batch; n++)
        {
            // candidate + update (h - candidate).
            float* update = at + ((nint)n * Rows), candidate = update + (2 * hidden), to = next + ((nint)n * hidden);
            Binary(default(BinaryFunctions.Subtract), h + ((nint)n * hidden), candidate, to);
            ElementLoops.Ternary(
                _context.Level, default(TernaryFunctions.MultiplyAdd), new ReadOnlySpan<float>(to, hidden), new ReadOnlySpan<float>(update, hidden), new ReadOnlySpan<float>(candidate, hidden), new Span<float>(to, hidden));
        }
    }

    /// <summary>Sequences that have ended keep their state.</summary>
    private void Keep(int[]? lengths, int time, float* before, float* after)
    {
        for (var n = 0; lengths is not null && n < Batch; n++)
        {
            if (time >= lengths[n])
            {
                new ReadOnlySpan<float>(before + ((nint)n * Hidden), Hidden).CopyTo(new Span<float>(after + ((nint)n * Hidden), Hidden));
            }
        }
    }

    private void Binary<TFunction>(TFunction function, float* a, float* b, float* y)
        where TFunction : struct, IBinaryFunction =>
        ElementLoops.Binary(_context.Level, function, new ReadOnlySpan<float>(a, Hidden), new ReadOnlySpan<float>(b, Hidden), new Span<float>(y, Hidden));

    private void AddProduct(float* to, float* a, float* b)
    {
        if (a != null)
        {
            Span<float> sums = new(to, Hidden);
            ElementLoops.Ternary(_context.Level, default(TernaryFunctions.MultiplyAdd), new ReadOnlySpan<float>(a, Hidden), new ReadOnlySpan<float>(b, Hidden), sums, sums);
        }
    }

    /// <summary>Copies the states of this direction in ([directions, batch, hidden], or batch first), or zeros where there are none.</summary>
    public void Start(Tensor? h, Tensor? c)
    {
        Load(h, States);
        if (_layer.Kind == RecurrentKind.Lstm)
        {
            Load(c, Cells);
        }
    }

    /// <summary>Place of a sequence's state in a tensor of states.</summary>
    public nint StatePlace(int n) => (nint)Hidden * (_layer.IsBatchFirst ? (n * _layer.Directions) + Direction : (Direction * Batch) + n);

    /// <summary>Place of a step's state in the tensor of all.</summary>
    public nint OutputPlace(int time, int n) => (nint)Hidden * (_layer.IsBatchFirst
        ? (((n * Steps) + time) * _layer.Directions) + Direction
        : (((time * _layer.Directions) + Direction) * Batch) + n);

    private void Load(Tensor? states, AlignedBuffer to)
    {
        for (var n = 0; n < Batch; n++)
        {
            var row = to.Floats.Slice(n * Hidden, Hidden);
            if (states is null)
            {
                row.Clear();
            }
            else
            {
                new ReadOnlySpan<float>((float*)states.Address + StatePlace(n), Hidden).CopyTo(row);
            }
        }
    }
}
