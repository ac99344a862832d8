namespace ILGPU.Runtime;

/// <summary>What the loader chose for a kernel.</summary>
public sealed class KernelInfo
{
    /// <summary>This group and grid size.</summary>
    public KernelInfo(int? minGroupSize, int? minGridSize)
    {
        MinGroupSize = minGroupSize;
        MinGridSize = minGridSize;
    }

    /// <summary>Threads of a group, if chosen.</summary>
    public int? MinGroupSize { get; }

    /// <summary>Groups that fill the accelerator, if known.</summary>
    public int? MinGridSize { get; }
}
