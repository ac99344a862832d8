namespace OrleansCompute.Scheduling.Speed;

/// <summary>What is known of a job's gradients at its initial batch (McCandlish et al. 2018; Pollux, OSDI 2021, section 3.1).</summary>
/// <param name="Square">Squared norm of the true gradient.</param>
/// <param name="Variance">Variance of the gradient of one initial batch.</param>
public readonly record struct GradientNoise(double Square, double Variance)
{
    /// <summary>Steps of the initial batch that one step of a batch so many times larger is worth, from 1 to the scale itself.</summary>
    public double Gain(double scale)
    {
        var denominator = (Variance / scale) + Square;
        return denominator > 0 ? (Variance + Square) / denominator : 1;
    }
}
