namespace OrleansCompute.Scheduling.Packing;

/// <summary>What one task needs of one machine. Tasks of equal shape are interchangeable to a packing policy.</summary>
/// <param name="CpuMilli">Processor, thousandths of a core, 0 or more.</param>
/// <param name="MemoryMib">Memory, MiB, 0 or more.</param>
/// <param name="Accelerators">Number of accelerators, 0 to <see cref="PackingPool.MaxAcceleratorsPerNode"/>.</param>
/// <param name="ShareMilli">
/// Thousandths of each accelerator: 1000 for whole ones, 1 to 999 for a part of exactly one, 0 where <paramref name="Accelerators"/> is 0.
/// </param>
/// <param name="Models">Acceptable models, separated by '|'; empty means any.</param>
public readonly record struct PackingShape(int CpuMilli, long MemoryMib, int Accelerators, int ShareMilli, string Models)
{
    /// <summary>Thousandths of an accelerator that the task takes in all.</summary>
    public int DemandMilli => Accelerators * ShareMilli;

    /// <summary>Null where the numbers make sense; else a sentence that names the value, the range and the way out.</summary>
    public string? Problem()
    {
        if (CpuMilli < 0)
        {
            return $"cpu_milli is {CpuMilli}; allowed 0 or more.";
        }

        if (MemoryMib < 0)
        {
            return $"memory_mib is {MemoryMib}; allowed 0 or more.";
        }

        if (Accelerators is < 0 or > PackingPool.MaxAcceleratorsPerNode)
        {
            return $"num_gpu is {Accelerators}; allowed 0 to {PackingPool.MaxAcceleratorsPerNode} on one machine.";
        }

        if (Accelerators == 0)
        {
            return ShareMilli == 0 ? null : $"gpu_milli is {ShareMilli} with num_gpu 0; a task without accelerators takes no share of one.";
        }

        if (ShareMilli is < 1 or > 1000)
        {
            return $"gpu_milli is {ShareMilli}; allowed 1 to 1000 (1000 is a whole accelerator).";
        }

        return Accelerators > 1 && ShareMilli < 1000
            ? $"num_gpu is {Accelerators} with gpu_milli {ShareMilli}; a fraction is of one accelerator: ask for 1, or for whole ones (1000)."
            : null;
    }
}
