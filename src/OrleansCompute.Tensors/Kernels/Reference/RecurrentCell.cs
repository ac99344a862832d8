using OrleansCompute.Tensors.Operators.Recurrent;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// One direction of a recurrent layer, one step of one sequence at a time, forwards and backwards. The gradients of the weights add up in
/// it. Not thread-safe.
/// </summary>
internal sealed class RecurrentCell(RecurrentOperator layer, RecurrentActivation[] functions, int features, double[] w, double[] r, double[] bias, double[] peepholes)
{
    private readonly int _hidden = layer.Hidden;
    private readonly int _rows = layer.Gates * layer.Hidden;

    public double[] WGradient { get; } = new double[w.Length];

    public double[] RGradient { get; } = new double[r.Length];

    public double[] BiasGradient { get; } = new double[bias.Length];

    public double[] PeepholeGradient { get; } = new double[peepholes.Length];

    /// <summary>What a step leaves behind for its gradient.</summary>
    public sealed record Step(double[] X, double[] H, double[] C, double[] Sums, double[] Gates, double[] Recurrent, double[] NextH, double[] NextC);

    public Step Forward(double[] x, double[] h, double[] c)
    {
        double[] sums = new double[_rows], gates = new double[_rows], recurrent = new double[_rows], nextH = new double[_hidden], nextC = new double[_hidden];
        var step = new Step(x, h, c, sums, gates, recurrent, nextH, nextC);
        switch (layer.Kind)
        {
            case RecurrentKind.Rnn:
                for (var i = 0; i < _hidden; i++)
                {
                    nextH[i] = Gate(step, i, 0, h, 0);
                }

                break;
            case RecurrentKind.Lstm:
                ForwardLstm(step);
                break;
            default:
                ForwardGru(step);
                break;
        }

        return step;
    }

    /// <summary>Adds the gradients of weights, and gives those of x, of the state before, from those of the state after.</summary>
    public (double[] X, double[] H, double[] C) Backward(Step step, double[] dNextH, double[] dNextC)
    {
        double[] dx = new double[features], dh = new double[_hidden], dc = new double[_hidden];
        var hidden = _hidden;
        for (var i = 0; i < hidden; i++)
        {
            switch (layer.Kind)
            {
                case RecurrentKind.Rnn:
                    Spread(step, i, dNextH[i] * Slope(step, i, 0), step.H, 1, dx, dh);
                    break;
                case RecurrentKind.Lstm:
                    BackwardLstm(step, i, dNextH[i], dNextC[i], dx, dh, dc);
                    break;
                default:
                    double update = step.Gates[i], candidate = step.Gates[(2 * hidden) + i];
                    dh[i] += dNextH[i] * update;
                    Spread(step, i, dNextH[i] * (step.H[i] - candidate) * Slope(step, i, 0), step.H, 1, dx, dh);
                    break;
            }
        }

        if (layer.Kind == RecurrentKind.Gru)
        {
            BackwardCandidates(step, dNextH, dx, dh);
        }

        return (dx, dh, dc);
    }

    private void ForwardLstm(Step step)
    {
        var hidden = _hidden;
        for (var i = 0; i < hidden; i++)
        {
            var input = Gate(step, i, 0, step.H, peepholes[i] * step.C[i]);
            var forget = layer.CouplesForget
                ? step.Gates[(2 * hidden) + i] = 1 - input
                : Gate(step, (2 * hidden) + i, 0, step.H, peepholes[(2 * hidden) + i] * step.C[i]);
            step.NextC[i] = (forget * step.C[i]) + (input * Gate(step, (3 * hidden) + i, 1, step.H, 0));
            step.NextH[i] = Gate(step, hidden + i, 0, step.H, peepholes[hidden + i] * step.NextC[i]) * functions[2].Value(step.NextC[i]);
        }
    }

    private void BackwardLstm(Step step, int i, double dNextH, double dNextC, double[] dx, double[] dh, double[] dc)
    {
        int output = _hidden + i, forget = (2 * _hidden) + i, cell = (3 * _hidden) + i;
        var dOutput = dNextH * functions[2].Value(step.NextC[i]) * Slope(step, output, 0);
        var dCell = dNextC + (dNextH * step.Gates[output] * functions[2].Slope(step.NextC[i])) + (dOutput * peepholes[output]);
        var dForget = dCell * step.C[i];
        var dInput = ((dCell * step.Gates[cell]) - (layer.CouplesForget ? dForget : 0)) * Slope(step, i, 0);
        dForget = layer.CouplesForget ? 0 : dForget * Slope(step, forget, 0);
        dc[i] += (dCell * step.Gates[forget]) + (dInput * peepholes[i]) + (dForget * peepholes[forget]);
        PeepholeGradient[i] += dInput * step.C[i];
        PeepholeGradient[output] += dOutput * step.NextC[i];
        PeepholeGradient[forget] += dForget * step.C[i];
        Spread(step, i, dInput, step.H, 1, dx, dh);
        Spread(step, output, dOutput, step.H, 1, dx, dh);
        Spread(step, forget, dForget, step.H, 1, dx, dh);
        Spread(step, cell, dCell * step.Gates[i] * Slope(step, cell, 1), step.H, 1, dx, dh);
    }

    private void ForwardGru(Step step)
    {
        var hidden = _hidden;
        for (var i = 0; i < 2 * hidden; i++)
        {
            Gate(step, i, 0, step.H, 0);
        }

        double[] reset = [.. step.H.Select((h, k) => h * step.Gates[hidden + k])];
        for (var i = 0; i < hidden; i++)
        {
            var row = (2 * hidden) + i;
            var candidate = layer.ResetsAfter ? Gate(step, row, 1, step.H, 0, step.Gates[hidden + i]) : Gate(step, row, 1, reset, 0);
            step.NextH[i] = ((1 - step.Gates[i]) * candidate) + (step.Gates[i] * step.H[i]);
        }
    }

    private void BackwardCandidates(Step step, double[] dNextH, double[] dx, double[] dh)
    {
        var hidden = _hidden;
        double[] reset = [.. step.H.Select((h, k) => h * step.Gates[hidden + k])], dReset = new double[hidden], dProduct = new double[hidden];
        for (var i = 0; i < hidden; i++)
        {
            var row = (2 * hidden) + i;
            var dCandidate = dNextH[i] * (1 - step.Gates[i]) * Slope(step, row, 1);
            if (layer.ResetsAfter)
            {
                Spread(step, row, dCandidate, step.H, step.Gates[hidden + i], dx, dh);
                dReset[i] += dCandidate * step.Recurrent[row];
            }
            else
            {
                Spread(step, row, dCandidate, reset, 1, dx, dProduct);
            }
        }

        for (var k = 0; k < hidden; k++)
        {
            dReset[k] += dProduct[k] * step.H[k];
            dh[k] += dProduct[k] * step.Gates[hidden + k];
        }

        for (var k = 0; k < hidden; k++)
        {
            Spread(step, hidden + k, dReset[k] * Slope(step, hidden + k, 0), step.H, 1, dx, dh);
        }
    }

    /// <summary>f(w x + b + (r h + b') scale + more) of one row.</summary>
    private double Gate(Step step, int row, int function, double[] h, double more, double scale = 1)
    {
        var sum = bias[row] + more;
        for (var k = 0; k < features; k++)
        {
            sum += w[(row * features) + k] * step.X[k];
        }

        var recurrent = bias[_rows + row];
        for (var k = 0; k < _hidden; k++)
        {
            recurrent += r[(row * _hidden) + k] * h[k];
        }

        step.Recurrent[row] = recurrent;
        step.Sums[row] = sum + (recurrent * scale);
        return step.Gates[row] = functions[function].Value(layer.Clip > 0 ? Math.Clamp(step.Sums[row], -layer.Clip, layer.Clip) : step.Sums[row]);
    }

    private double Slope(Step step, int row, int function) =>
        layer.Clip > 0 && Math.Abs(step.Sums[row]) > layer.Clip ? 0 : functions[function].Slope(step.Sums[row]);

    /// <summary>From the gradient of a row's sum to those of weights, x and h.</summary>
    private void Spread(Step step, int row, double gradient, double[] h, double scale, double[] dx, double[] dh)
    {
        BiasGradient[row] += gradient;
        BiasGradient[_rows + row] += gradient * scale;
        for (var k = 0; k < features; k++)
        {
            WGradient[(row * features) + k] += gradient * step.X[k];
            dx[k] += gradient * w[(row * features) + k];
        }

        for (var k = 0; k < _hidden; k++)
        {
            RGradient[(row * _hidden) + k] += gradient * scale * h[k];
            dh[k] += gradient * scale * r[(row * _hidden) + k];
        }
    }
}
