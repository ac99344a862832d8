namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Layer 1 of a plug-in, part one: finds the devices of one make and opens them. Thread-safe.</summary>
public interface IAcceleratorDriver
{
    /// <summary>Stable name, for example <c>cpu</c>.</summary>
    string Name { get; }

    /// <summary>The devices that are there now; empty when there are none or the vendor's software is missing.</summary>
    IReadOnlyList<AcceleratorInfo> Enumerate();

    /// <summary>Opens a device.</summary>
    /// <param name="device">One of <see cref="Enumerate"/>.</param>
    /// <param name="options">How.</param>
    /// <exception cref="AcceleratorException">The device is gone, or cannot be opened this way; the message says what to do.</exception>
    IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options);
}
