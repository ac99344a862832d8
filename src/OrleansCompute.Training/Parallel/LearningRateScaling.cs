namespace OrleansCompute.Training.Parallel;

/// <summary>The factor of the step size for a batch that is not the initial one. Pure; thread-safe.</summary>
public static class LearningRateScaling
{
    /// <summary>
    /// The factor: 1 for the initial batch and for smaller ones (the last of an epoch, as with a fixed batch), and where the noise is not known;
    /// never above B / B₀ (linear scaling) or its root.
    /// </summary>
    /// <param name="rule">The rule of the method.</param>
    /// <param name="noise">Noise of the gradients; null where it is not known.</param>
    /// <param name="batch">Samples of the step, 1 or more.</param>
    /// <param name="initialBatch">Samples of the batch that the step size was chosen for, 1 or more.</param>
    public static double Factor(LearningRateRule rule, GradientNoiseEstimate? noise, int batch, int initialBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(initialBatch, 1);
        if (noise is not { } known || batch <= initialBatch)
        {
            return 1;
        }

        var gain = known.Gain(batch, initialBatch);
        return rule == LearningRateRule.Gain ? gain : Math.Sqrt(gain);
    }
}
