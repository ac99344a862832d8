namespace OrleansCompute.Scheduling.Model;

/// <summary>A part of one accelerator that a job asks for.</summary>
/// <param name="ComputeShare">Share of its time, above 0 and below 1.</param>
/// <param name="MemoryBytes">Its memory, bytes, 0 or more; 0 where the job does not say, which gives it none that is its own.</param>
public readonly record struct DeviceFraction(double ComputeShare, long MemoryBytes)
{
    /// <summary>Null where the numbers make sense; else a sentence that names value and range.</summary>
    public string? Problem() =>
        !(ComputeShare is > 0 and < 1) ? $"Fraction.ComputeShare is {ComputeShare}; allowed above 0 and below 1 (for a whole accelerator leave Fraction out)."
        : MemoryBytes < 0 ? $"Fraction.MemoryBytes is {MemoryBytes}; allowed 0 or more."
        : null;
}
