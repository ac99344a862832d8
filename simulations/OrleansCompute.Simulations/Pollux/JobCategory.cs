namespace OrleansCompute.Simulations.Pollux;

/// <summary>What of a job may be adapted.</summary>
public enum JobCategory
{
    /// <summary>Accelerators and batch.</summary>
    Adaptive,

    /// <summary>Accelerators; the batch is as its owner tuned it.</summary>
    ScaleGpus,

    /// <summary>Nothing.</summary>
    Rigid,
}
