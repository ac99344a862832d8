using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.ToyChip;

/// <summary>The example of the guide: a chip with memory of its own and two kernels. Layer 1, part one: finds and opens it.</summary>
public sealed class ToyDriver : IAcceleratorDriver
{
    private static readonly AcceleratorInfo Chip = new("toy", 0, "Toy 1", 64 << 20, 1, IsHostMemory: false);

    public string Name => "toy";

    public IReadOnlyList<AcceleratorInfo> Enumerate() => [Chip];

    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        return device == Chip
            ? new ToyAccelerator(Chip, Math.Min(options.MemoryBudgetBytes ?? long.MaxValue, Chip.MemoryBytes))
            : throw new AcceleratorException($"{device.Driver} device {device.Index} is not a toy; there is toy device 0 only.");
    }
}
