namespace ILGPU.Runtime;

/// <summary>A device that accelerators are made for.</summary>
public abstract class Device : IDevice, IAcceleratorBuilder
{
    /// <summary>A device of the make that the class is marked with.</summary>
    protected Device()
    {
        AcceleratorType = DeviceTypeAttribute.GetAcceleratorType(GetType());
    }

    /// <inheritdoc/>
    public AcceleratorType AcceleratorType { get; }

    /// <inheritdoc/>
    public string Name { get; protected set; } = "<Unknown>";

    /// <inheritdoc/>
    public long MemorySize { get; protected set; }

    /// <inheritdoc/>
    public Index3D MaxGridSize { get; protected set; }

    /// <inheritdoc/>
    public Index3D MaxGroupSize { get; protected set; }

    /// <inheritdoc/>
    public int MaxNumThreadsPerGroup { get; protected set; }

    /// <inheritdoc/>
    public int MaxSharedMemoryPerGroup { get; protected set; }

    /// <inheritdoc/>
    public int MaxConstantMemory { get; protected set; }

    /// <inheritdoc/>
    public int WarpSize { get; protected set; }

    /// <inheritdoc/>
    public int NumMultiprocessors { get; protected set; }

    /// <inheritdoc/>
    public int MaxNumThreadsPerMultiprocessor { get; protected set; }

    /// <inheritdoc/>
    public int MaxNumThreads => NumMultiprocessors * MaxNumThreadsPerMultiprocessor;

    /// <inheritdoc/>
    public abstract Accelerator CreateAccelerator(Context context);

    /// <inheritdoc/>
    public void PrintInformation(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PrintHeader(writer);
        PrintGeneralInfo(writer);
    }

    /// <summary>Writes the name.</summary>
    protected virtual void PrintHeader(TextWriter writer) => writer.WriteLine($"Device: {Name} [{AcceleratorType}]");

    /// <summary>Writes the limits.</summary>
    protected virtual void PrintGeneralInfo(TextWriter writer)
    {
        writer.WriteLine($"  Multiprocessors:                         {NumMultiprocessors}");
        writer.WriteLine($"  Warp size:                               {WarpSize}");
        writer.WriteLine($"  Max number of threads/multiprocessor:    {MaxNumThreadsPerMultiprocessor}");
        writer.WriteLine($"  Max number of threads/group:             {MaxNumThreadsPerGroup}");
        writer.WriteLine($"  Max number of total threads:             {MaxNumThreads}");
        writer.WriteLine($"  Max grid size:                           {MaxGridSize}");
        writer.WriteLine($"  Total amount of global memory:           {MemorySize} bytes");
        writer.WriteLine($"  Total amount of shared memory per group: {MaxSharedMemoryPerGroup} bytes");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [Type: {AcceleratorType}, WarpSize: {WarpSize}, MaxNumThreadsPerGroup: {MaxNumThreadsPerGroup}, MemorySize: {MemorySize}]";
}
