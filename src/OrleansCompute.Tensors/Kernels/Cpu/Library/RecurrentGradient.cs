using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Recurrent;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// One direction of a recurrent layer, backwards through time: step by step only what must be (the state's gradient), then one product each
/// for the weights, the state's weights and the inputs. The functions are those whose slope follows from their value. Not thread-safe.
/// </summary>
internal sealed unsafe class RecurrentGradient
{
    private readonly CpuKernelContext _context;
    private readonly RecurrentOperator _layer;
    private readonly CpuGemm _gemm;
    private readonly AlignedBuffer _before;
    private readonly AlignedBuffer _recurrent;
    private readonly AlignedBuffer _dh;
    private readonly AlignedBuffer _dc;
    private readonly AlignedBuffer _dReset;

    public RecurrentGradient(CpuKernelContext context, RecurrentOperator layer, RecurrentRun run)
    {
        (_context, _layer, Run) = (context, layer, run);
        _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
        int steps = run.Steps * run.Batch, state = run.Batch * run.Hidden;
        _before = new AlignedBuffer(steps * run.Hidden);

        // Where the reset comes after the product, the candidate's gradient is another for r than for w.
        _recurrent = new AlignedBuffer(layer.ResetsAfter ? steps * run.Rows : 0);
        _dh = new AlignedBuffer(state);
        _dc = new AlignedBuffer(state);
        _dReset = new AlignedBuffer(state);
    }

    /// <summary>The forward pass, whose buffers hold what is needed; its gates are replaced by their gradients.</summary>
    public RecurrentRun Run { get; }

    /// <summary>Writes the gradients; that of x is added to by the second direction.</summary>
    public void Backward(
        float* dy, float* dLastH, float* dLastC, float* x, float* w, float* r, float* peepholes, int[]? lengths,
        float* dx, float* dw, float* dr, float* dBias, float* dFirstH, float* dFirstC, float* dPeepholes)
    {
        int steps = Run.Steps, batch = Run.Batch, hidden = Run.Hidden, rows = Run.Rows, states = batch * hidden;
        float* dh = Pointers.Of(_dh), dc = Pointers.Of(_dc), gates = Pointers.Of(Run.Gates);
        var recurrent = _layer.ResetsAfter ? Pointers.Of(_recurrent) : gates;
        for (var n = 0; n < batch; n++)
        {
            new ReadOnlySpan<float>(dLastH + Run.StatePlace(n), hidden).CopyTo(new Span<float>(dh + ((nint)n * hidden), hidden));
            if (_layer.Kind == RecurrentKind.Lstm && dLastC != null)
            {
                new ReadOnlySpan<float>(dLastC + Run.StatePlace(n), hidden).CopyTo(new Span<float>(dc + ((nint)n * hidden), hidden));
            }
        }

        if (_layer.Kind == RecurrentKind.Lstm && dLastC == null)
        {
            _dc.Floats.Clear();
        }

        if (dPeepholes != null)
        {
            new Span<float>(dPeepholes, 3 * hidden).Clear();
        }

        for (var step = steps - 1; step >= 0; step--)
        {
            var time = Run.Time(step);
            float* at = gates + ((nint)time * batch * rows), h = Pointers.Of(Run.States) + ((nint)step * states);
            float* extra = Pointers.Of(Run.Extra) + ((nint)time * states), rec = recurrent + ((nint)time * batch * rows);

            // In the order of time, as the gates lie: for the product that gives the gradient of r.
            new ReadOnlySpan<float>(h, states).CopyTo(_before.Floats.Slice(time * states, states));
            for (var n = 0; n < batch; n++)
            {
                nint row = (nint)n * rows, state = (nint)n * hidden;
                if (lengths is not null && time >= lengths[n])
                {
                    new Span<float>(at + row, rows).Clear();
                    new Span<float>(rec + row, rows).Clear();
                    continue;
                }

                Span<float> sum = new(dh + state, hidden);
                ElementLoops.Binary(_context.Level, default(BinaryFunctions.Add), sum, new ReadOnlySpan<float>(dy + Run.OutputPlace(time, n), hidden), sum);
                switch (_layer.Kind)
                {
                    case RecurrentKind.Rnn: Rnn(at + row, dh + state); break;
                    case RecurrentKind.Lstm:
                        Lstm(at + row, Pointers.Of(Run.Cells) + ((nint)step * states) + state, extra + state, dh + state, dc + state, peepholes, dPeepholes);
                        break;
                    default: Gru(at + row, rec + row, h + state, extra + state, dh + state, _dReset.Floats.Slice(n * hidden, hidden)); break;
                }
            }

            if (_layer.Kind == RecurrentKind.Gru)
            {
                GruState(at, rec, h, r, dh, lengths, time);
            }
            else
            {
                // dh has been used up where a step was taken, and is passed on where not.
                State(at, rows, rows, r, dh);
            }
        }

        Weights(x, w, dx, dw, dr, dBias, gates, recurrent);
        for (var n = 0; n < batch; n++)
        {
            new ReadOnlySpan<float>(dh + ((nint)n * hidden), hidden).CopyTo(new Span<float>(dFirstH + Run.StatePlace(n), hidden));
            if (dFirstC != null)
            {
                new ReadOnlySpan<float>(dc + ((nint)n * hidden), hidden).CopyTo(new Span<float>(dFirstC + Run.StatePlace(n), hidden));
            }
        }
    }

    /// <summary>dh += gradients of gates * r.</summary>
    private void State(float* gradients, int stride, int count, float* r, float* dh) => _gemm.Run(
        new GemmArguments(new GemmShape(Run.Batch, Run.Hidden, count), gradients, r, dh) { AStride = stride, Accumulate = true });

    private void Weights(float* x, float* w, float* dx, float* dw, float* dr, float* dBias, float* gates, float* recurrent)
    {
        int all = Run.Steps * Run.Batch, rows = Run.Rows, hidden = Run.Hidden;
        _gemm.Run(new GemmArguments(new GemmShape(rows, Run.Features, all, TransposeA: true), gates, x, dw));
        _gemm.Run(new GemmArguments(new GemmShape(all, Run.Features, rows), gates, w, dx) { Accumulate = Run.Direction == 1 });
        _gemm.Run(new GemmArguments(new GemmShape(rows, hidden, all, TransposeA: true), recurrent, Pointers.Of(_before), dr));
        if (_layer.Kind == RecurrentKind.Gru && !_layer.ResetsAfter)
        {
            // The candidate's rows meet reset * h.
            _gemm.Run(new GemmArguments(new GemmShape(hidden, hidden, all, TransposeA: true), gates + (2 * hidden), Pointers.Of(Run.Extra), dr + (2 * (nint)hidden * hidden))
            {
                AStride = rows,
            });
        }

        Reductions.Axis<Reducers.Sum>(_context.Level, 1, all, rows, new ReadOnlySpan<float>(gates, all * rows), new Span<float>(dBias, rows));
        Reductions.Axis<Reducers.Sum>(_context.Level, 1, all, rows, new ReadOnlySpan<float>(recurrent, all * rows), new Span<float>(dBias + rows, rows));
    }

    private void Rnn(float* gate, float* dh)
    {
        for (var i = 0; i < Run.Hidden; i++)
        {
            gate[i] = dh[i] * Run.Functions[0].Slope(gate[i]);
            dh[i] = 0;
        }
    }

    private void Lstm(float* gates, float* c, float* squashed, float* dh, float* dc, float* peepholes, float* dPeepholes)
    {
        var hidden = Run.Hidden;
        var (sigmoid, tanh, last) = (Run.Functions[0], Run.Functions[1], Run.Functions[2]);
        var nextC = c + ((nint)Run.Batch * hidden);
        for (var k = 0; k < hidden; k++)
        {
            float i = gates[k], o = gates[hidden + k], f = gates[(2 * hidden) + k], g = gates[(3 * hidden) + k];
            var dO = dh[k] * squashed[k] * sigmoid.Slope(o);
            var dCell = dc[k] + (dh[k] * o * last.Slope(squashed[k])) + (peepholes == null ? 0 : dO * peepholes[hidden + k]);
            var dF = dCell * c[k];
            var dI = ((dCell * g) - (_layer.CouplesForget ? dF : 0)) * sigmoid.Slope(i);
            dF = _layer.CouplesForget ? 0 : dF * sigmoid.Slope(f);
            dc[k] = dCell * f;
            if (peepholes != null)
            {
                dc[k] += (dI * peepholes[k]) + (dF * peepholes[(2 * hidden) + k]);
            }

            if (dPeepholes != null)
            {
                dPeepholes[k] += dI * c[k];
                dPeepholes[hidden + k] += dO * nextC[k];
                dPeepholes[(2 * hidden) + k] += dF * c[k];
            }

            (gates[k], gates[hidden + k], gates[(2 * hidden) + k], gates[(3 * hidden) + k]) = (dI, dO, dF, dCell * i * tanh.Slope(g));
            dh[k] = 0;
        }
    }

    /// <summary>Gradients of update and candidate, and of the reset where it comes after the product; dh keeps what passes the update by.</summary>
    private void Gru(float* gates, float* recurrent, float* h, float* extra, float* dh, Span<float> dReset)
    {
        var hidden = Run.Hidden;
        var (sigmoid, tanh) = (Run.Functions[0], Run.Functions[1]);
        for (var k = 0; k < hidden; k++)
        {
            float update = gates[k], reset = gates[hidden + k], candidate = gates[(2 * hidden) + k];
            var dUpdate = dh[k] * (h[k] - candidate) * sigmoid.Slope(update);
            var dCandidate = dh[k] * (1 - update) * tanh.Slope(candidate);
            dh[k] *= update;
            gates[k] = dUpdate;
            gates[(2 * hidden) + k] = dCandidate;
            if (_layer.ResetsAfter)
            {
                var slope = dCandidate * extra[k] * sigmoid.Slope(reset);
                gates[hidden + k] = slope;
                (recurrent[k], recurrent[hidden + k], recurrent[(2 * hidden) + k]) = (dUpdate, slope, dCandidate * reset);
            }
            else
            {
                // The reset's value is still needed, behind the product.
                dReset[k] = reset;
            }
        }
    }

    private void GruState(float* at, float* recurrent, float* h, float* r, float* dh, int[]? lengths, int time)
    {
        int hidden = Run.Hidden, rows = Run.Rows;
        if (_layer.ResetsAfter)
        {
            State(recurrent, rows, rows, r, dh);
            return;
        }

        // Gradient of reset * h: into the place of the reset gates' gradients, which follow from it.
        _gemm.Run(new GemmArguments(new GemmShape(Run.Batch, hidden, hidden), at + (2 * hidden), r + (2 * (nint)hidden * hidden), at + hidden) { AStride = rows, CStride = rows });
        for (var n = 0; n < Run.Batch; n++)
        {
            var gradients = at + ((nint)n * rows) + hidden;
            if (lengths is not null && time >= lengths[n])
            {
                new Span<float>(gradients, hidden).Clear();
                continue;
            }

            for (var k = 0; k < hidden; k++)
            {
                var reset = _dReset.Floats[(n * hidden) + k];
                var product = gradients[k];
                dh[((nint)n * hidden) + k] += product * reset;
                gradients[k] = product * h[((nint)n * hidden) + k] * Run.Functions[0].Slope(reset);
            }
        }

        State(at, rows, 2 * hidden, r, dh);
    }
}
