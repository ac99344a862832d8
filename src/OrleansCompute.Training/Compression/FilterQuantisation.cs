namespace OrleansCompute.Training.Compression;

/// <summary>Weights as signed 8-bit codes with one scale per filter and zero as zero: -127 to 127.</summary>
/// <param name="Codes">[filters, weights of a filter].</param>
/// <param name="Scales">One per filter.</param>
internal sealed record FilterQuantisation(sbyte[] Codes, float[] Scales)
{
    /// <summary>Quantises by the largest absolute value of each filter.</summary>
    /// <param name="weights">[filters, weights of a filter].</param>
    /// <param name="filters">Filters, 1 or more.</param>
    public static FilterQuantisation Of(ReadOnlySpan<float> weights, int filters)
    {
        var length = weights.Length / filters;
        var (codes, scales) = (new sbyte[weights.Length], new float[filters]);
        for (var filter = 0; filter < filters; filter++)
        {
            var part = weights.Slice(filter * length, length);
            var most = 0f;
            foreach (var weight in part)
            {
                most = Math.Max(most, Math.Abs(weight));
            }

            // A filter of zeros has any scale.
            scales[filter] = most > 0 ? most / 127 : 1;
            for (var i = 0; i < length; i++)
            {
                codes[(filter * length) + i] = (sbyte)Math.Clamp(MathF.Round(part[i] / scales[filter]), -127, 127);
            }
        }

        return new FilterQuantisation(codes, scales);
    }

    /// <summary>The bias in units of input scale times filter scale, as 32-bit sums have it.</summary>
    public int[] Bias(float[]? bias, float inputScale) => bias is null
        ? new int[Scales.Length]
        : [.. bias.Select((value, i) => (int)Math.Clamp(Math.Round(value / ((double)inputScale * Scales[i])), int.MinValue / 2, int.MaxValue / 2))];
}
