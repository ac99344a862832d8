using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// Finds the devices that ILGPU knows, in the order CUDA, OpenCL, CPU: the first two with the official package (<c>-p:Packages=Official</c>)
/// and the vendor's driver, the last always. Thread-safe.
/// </summary>
public sealed class IlgpuDriver : IAcceleratorDriver
{
    /// <inheritdoc/>
    public string Name => "ilgpu";

    /// <inheritdoc/>
    public IReadOnlyList<AcceleratorInfo> Enumerate()
    {
        using var context = CreateContext();
        return [.. Devices(context).Select(Describe)];
    }

    /// <inheritdoc/>
    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        var context = CreateContext();
        try
        {
            var devices = Devices(context);
            if (device.Driver != Name || (uint)device.Index >= (uint)devices.Count)
            {
                throw new AcceleratorException($"{device.Driver} device {device.Index} is not one of the driver {Name}; it has devices 0 to {devices.Count - 1}.");
            }

            return new IlgpuAccelerator(context, devices[device.Index], Describe(devices[device.Index], device.Index), options.MemoryBudgetBytes ?? long.MaxValue);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static Context CreateContext() => Context.Create(builder => builder.Cuda().OpenCL().DefaultCPU().Optimize(OptimizationLevel.O2));

    private static List<Device> Devices(Context context) =>
        [.. context.Devices.OrderBy(device => device.AcceleratorType switch { AcceleratorType.Cuda => 0, AcceleratorType.OpenCL => 1, _ => 2 })];

    private AcceleratorInfo Describe(Device device, int index) => new(
        Name,
        index,
        $"{device.AcceleratorType}: {device.Name}",
        device.AcceleratorType == AcceleratorType.CPU ? Math.Min(device.MemorySize, CpuDriver.HostMemoryBytes) : device.MemorySize,
        device.AcceleratorType == AcceleratorType.CPU ? Environment.ProcessorCount : device.NumMultiprocessors,
        IsHostMemory: false);
}
