namespace OrleansCompute.Training.Parallel;

/// <summary>How the step size follows the batch size.</summary>
public enum LearningRateRule
{
    /// <summary>
    /// By the root of the gain: for methods that divide by the root of the gradients' second moment, whose steps do not shrink with the noise
    /// (square-root scaling: Malladi et al. 2022, "On the SDEs and Scaling Rules for Adaptive Gradient Algorithms"), and which large batches
    /// beyond the noise scale do not lengthen for ever. For Adam, AdamW and LAMB.
    /// </summary>
    RootOfGain,

    /// <summary>By the gain: AdaScale (Johnson et al. 2020). For SGD and LARS.</summary>
    Gain,
}
