namespace OrleansCompute.Training.Compression;

/// <summary>How the range of an activation is found from samples.</summary>
public enum CalibrationMethod
{
    /// <summary>The smallest and the largest value that occurred.</summary>
    MinMax,

    /// <summary>The range without the outermost values at each end, a ten-thousandth unless the options say otherwise.</summary>
    Percentile,

    /// <summary>The range with the smallest mean squared error of quantised values, searched on a histogram.</summary>
    MeanSquaredError,
}
