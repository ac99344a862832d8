namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// A law of step time fitted to measured steps: a pass takes a + b·(local batch); the exchange c + d·(accelerators − 2), with constants
/// of their own within a node and between nodes; the two overlap to a degree g: step^g = pass^g + exchange^g (Pollux, OSDI 2021,
/// equations 9 to 11). What was not measured is taken as free, so that a policy tries it; between nodes is never faster than within.
/// </summary>
public sealed class StepTimeFit
{
    private const double Tiny = 1e-8;

    // 1 is no overlap, 10 is as good as the maximum of both.
    private static readonly double[] Overlaps = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 7, 10];
    private readonly double _passConstant;
    private readonly double _passSlope;
    private readonly (double Constant, double Slope) _within;
    private readonly (double Constant, double Slope) _between;
    private readonly double _overlap = 1;

    /// <summary>Fits the law.</summary>
    /// <param name="steps">One or more steps of one accelerator type, times above 0.</param>
    public StepTimeFit(IReadOnlyList<StepObservation> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentOutOfRangeException.ThrowIfZero(steps.Count, nameof(steps));
        (_passConstant, _passSlope) = FitPass(steps);
        var best = double.PositiveInfinity;
        foreach (var overlap in Overlaps)
        {
            var within = FitExchange(steps, overlap, isBetween: false);
            var between = FitExchange(steps, overlap, isBetween: true);
            if (!steps.Any(step => step.Nodes > 1))
            {
                between = (Math.Max(Tiny, within.Constant * 1.1), Math.Max(Tiny, within.Slope * 1.1));
            }

            // A little weight against overlap: where the data do not tell, the simpler law.
            var error = (1e-3 * (overlap - 1) * (overlap - 1)) + Error(steps, within, between, overlap);
            if (error < best)
            {
                (best, _within, _between, _overlap) = (error, within, between, overlap);
            }
        }
    }

    /// <summary>Predicts a step.</summary>
    public StepTime Predict(int nodes, int accelerators, double localBatch)
    {
        var pass = _passConstant + (_passSlope * localBatch);
        var step = Combine(pass, Exchange(nodes, accelerators, _within, _between), _overlap);
        return new StepTime(step, step - pass);
    }

    private static double Combine(double pass, double exchange, double overlap)
    {
        if (exchange <= Tiny)
        {
            return pass + exchange;
        }

        if (overlap == 1)
        {
            return pass + exchange;
        }

        var (large, small) = pass > exchange ? (pass, exchange) : (exchange, pass);
        return large * Math.Pow(1 + Math.Pow(small / large, overlap), 1 / overlap);
    }

    private static double Exchange(
        int nodes, int accelerators, (double Constant, double Slope) within, (double Constant, double Slope) between) =>
        accelerators == 1 ? Tiny
        : nodes > 1 ? between.Constant + (between.Slope * Math.Max(0, accelerators - 2))
        : within.Constant + (within.Slope * Math.Max(0, accelerators - 2));

    private static (double Constant, double Slope) FitPass(IReadOnlyList<StepObservation> steps)
    {
        var first = steps[0].LocalBatch;
        if (steps.All(step => step.LocalBatch == first))
        {
            // One batch says nothing of the slope: half of the time to each, which is hopeful for larger batches (as AdaptDL).
            var mean = steps.Average(step => Math.Max(Tiny, step.Time.PassSeconds));
            return (mean / 2, mean / 2 / first);
        }

        return FitLine(steps.Select(step => ((double)step.LocalBatch, Math.Max(Tiny, step.Time.PassSeconds))));
    }

    private (double Constant, double Slope) FitExchange(IReadOnlyList<StepObservation> steps, double overlap, bool isBetween)
    {
        var points = new List<(double X, double Y)>();
        foreach (var step in steps)
        {
            if (step.Accelerators > 1 && step.Nodes > 1 == isBetween)
            {
                var pass = _passConstant + (_passSlope * step.LocalBatch);
                var rest = Math.Pow(step.Time.StepSeconds, overlap) - Math.Pow(pass, overlap);
                points.Add((Math.Max(0, step.Accelerators - 2), rest > 0 ? Math.Pow(rest, 1 / overlap) : Tiny));
            }
        }

        if (points.Count == 0)
        {
            return (Tiny, Tiny);
        }

        return points.All(point => point.X == points[0].X)
            ? (points.Average(point => point.Y), Tiny)
            : FitLine(points);
    }

    // Least squares of relative errors, neither coefficient below zero.
    private static (double Constant, double Slope) FitLine(IEnumerable<(double X, double Y)> points)
    {
        double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
        foreach (var (x, y) in points)
        {
            var weight = 1 / (y * y);
            s += weight;
            sx += weight * x;
            sxx += weight * x * x;
            sy += weight * y;
            sxy += weight * x * y;
        }

        var determinant = (s * sxx) - (sx * sx);
        var constant = ((sxx * sy) - (sx * sxy)) / determinant;
        var slope = ((s * sxy) - (sx * sy)) / determinant;
        return constant < Tiny || !double.IsFinite(constant) ? (Tiny, Math.Max(Tiny, sxy / sxx))
            : slope < 0 ? (sy / s, Tiny)
            : (constant, slope);
    }

    private double Error(
        IReadOnlyList<StepObservation> steps,
        (double Constant, double Slope) within,
        (double Constant, double Slope) between,
        double overlap)
    {
        var sum = 0.0;
        foreach (var step in steps)
        {
            var pass = _passConstant + (_passSlope * step.LocalBatch);
            var predicted = Combine(pass, Exchange(step.Nodes, step.Accelerators, within, between), overlap);
            var error = Math.Log(predicted / step.Time.StepSeconds);
            sum += error * error;
        }

        return Math.Sqrt(sum / steps.Count);
    }
}
