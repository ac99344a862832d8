namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Softmax cross-entropy of rows of logits with whole labels: loss and gradient in one pass. Stateless, allocation-free.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>
    /// Sums the losses -log(softmax(logits)[label]) of the rows whose label is not <paramref name="ignoreIndex"/>, and writes the gradient
    /// of gradientScale * sum (zero in ignored rows) unless <paramref name="gradient"/> is empty; it may be the logits themselves.
    /// With smoothing s the target is 1 - s on the label plus s / classes on every class (Szegedy et al. 2016).
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="classes">Columns, 1 or more.</param>
    /// <param name="logits">Row-major, as many rows as labels.</param>
    /// <param name="labels">0 to classes - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="gradient">As long as the logits, or empty.</param>
    /// <param name="gradientScale">1 / <see cref="CountLabels"/> for the mean loss.</param>
    /// <param name="ignoreIndex">A label that is no class; PyTorch's is -100.</param>
    /// <param name="smoothing">0 to 1.</param>
    /// <returns>The sum of the losses; divide by the number of rows that count for the mean.</returns>
    /// <exception cref="ArgumentException">A label is neither a class nor ignored: its row, value and the range are named.</exception>
    public static double Rows(
        SimdLevel level,
        int classes,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> labels,
        Span<float> gradient,
        float gradientScale,
        int ignoreIndex = -100,
        float smoothing = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Lengths.Exactly((long)classes * labels.Length, logits.Length, nameof(logits));
        if (!gradient.IsEmpty)
        {
            Lengths.Equal(logits.Length, gradient.Length, nameof(gradient));
        }

        CheckLabels(classes, labels, ignoreIndex);
        fixed (float* x = logits, dx = gradient)
        {
            return level switch
            {
                SimdLevel.Vector512 => Loop<Lanes512>(classes, x, labels, dx, gradientScale, ignoreIndex, smoothing),
                SimdLevel.Vector256 => Loop<Lanes256>(classes, x, labels, dx, gradientScale, ignoreIndex, smoothing),
                _ => Loop<Lanes1>(classes, x, labels, dx, gradientScale, ignoreIndex, smoothing),
            };
        }
    }

    /// <summary>The number of labels that count.</summary>
    public static int CountLabels(ReadOnlySpan<int> labels, int ignoreIndex = -100) => labels.Length - labels.Count(ignoreIndex);

    private static void CheckLabels(int classes, ReadOnlySpan<int> labels, int ignoreIndex)
    {
        for (var row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes && labels[row] != ignoreIndex)
            {
                throw new ArgumentException(
                    $"labels[{row}] is {labels[row]}; allowed 0 to {classes - 1}, or {ignoreIndex} to ignore the row.", nameof(labels));
            }
        }
    }

    private static double Loop<T>(int classes, float* x, ReadOnlySpan<int> labels, float* dx, float scale, int ignoreIndex, float smoothing)
        where T : unmanaged, ILanes<T>
    {
        var total = 0.0;
        foreach (var label in labels)
        {
            if (label == ignoreIndex)
            {
                if (dx != null)
                {
                    new Span<float>(dx, classes).Clear();
                }
            }
            else
            {
                total += Row<T>(classes, x, label, dx, scale, smoothing);
            }

            x += classes;
            dx = dx == null ? null : dx + classes;
        }

        return total;
    }

    private static double Row<T>(int classes, float* x, int label, float* dx, float scale, float smoothing)
        where T : unmanaged, ILanes<T>
    {
        var largest = (float)RowPrimitives.Reduce<Reducers.Maximum, T>(x, classes);
        // Before the exponentials: they may overwrite the logits.
        double target = x[label];
        if (smoothing > 0f)
        {
            target = ((1 - smoothing) * target) + (smoothing * RowPrimitives.Reduce<Reducers.Sum, T>(x, classes) / classes);
        }

        var sum = RowPrimitives.ExpAndSum<T>(x, dx, classes, 1f, largest);
        if (dx != null)
        {
            RowPrimitives.Affine<T>(dx, dx, classes, scale / sum, -scale * smoothing / classes);
            dx[label] -= scale * (1f - smoothing);
        }

        return largest + Math.Log(sum) - target;
    }
}
