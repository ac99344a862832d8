namespace ILGPU.Runtime;

/// <summary>What a device or an accelerator can hold and run.</summary>
public interface IDevice
{
    /// <summary>The make.</summary>
    AcceleratorType AcceleratorType { get; }

    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>Bytes of memory.</summary>
    long MemorySize { get; }

    /// <summary>The most groups of a launch.</summary>
    Index3D MaxGridSize { get; }

    /// <summary>The most threads of a group, by dimension.</summary>
    Index3D MaxGroupSize { get; }

    /// <summary>The most threads of a group.</summary>
    int MaxNumThreadsPerGroup { get; }

    /// <summary>The most bytes of shared memory of a group.</summary>
    int MaxSharedMemoryPerGroup { get; }

    /// <summary>The most bytes of constant memory.</summary>
    int MaxConstantMemory { get; }

    /// <summary>Threads of a warp.</summary>
    int WarpSize { get; }

    /// <summary>Multiprocessors.</summary>
    int NumMultiprocessors { get; }

    /// <summary>The most threads that a multiprocessor runs at a time.</summary>
    int MaxNumThreadsPerMultiprocessor { get; }

    /// <summary>The most threads that run at a time.</summary>
    int MaxNumThreads { get; }

    /// <summary>Writes what is known of it.</summary>
    void PrintInformation(TextWriter writer);
}
