using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>Knows the devices and makes accelerators. All members may be called from any thread.</summary>
public sealed partial class Context : DisposeBase
{
    internal Context(ContextProperties properties, ImmutableArray<Device> devices)
    {
        Properties = properties;
        Devices = devices.IsEmpty ? [CPUDevice.Default] : devices;
    }

    /// <summary>Raised when an accelerator was made.</summary>
    public event EventHandler<Accelerator>? AcceleratorCreated;

    /// <summary>The version of the API that this implements.</summary>
    public static string Version => "1.5.3";

    /// <summary>The devices; at least one.</summary>
    public ImmutableArray<Device> Devices { get; }

    /// <summary>What it was built with.</summary>
    public ContextProperties Properties { get; }

    /// <summary>A builder to which devices are added.</summary>
    public static Builder Create() => new();

    /// <summary>A context that the callback builds.</summary>
    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        var builder = Create();
        buildingCallback(builder);
        return builder.ToContext();
    }

    /// <summary>A context with all devices.</summary>
    public static Context CreateDefault() => Create(static builder => builder.Default());

    /// <summary>A context with all devices, and with assertions when a debugger is attached.</summary>
    public static Context CreateDefaultAutoAssertions() => Create(static builder => builder.Default().AutoAssertions());

    /// <summary>A context with all devices, for debugging when a debugger is attached.</summary>
    public static Context CreateDefaultAutoDebug() => Create(static builder => builder.Default().AutoDebug());

    /// <summary>A device of a make.</summary>
    public TDevice GetDevice<TDevice>(int deviceIndex)
        where TDevice : Device =>
        GetDevices<TDevice>()[deviceIndex];

    /// <summary>The devices of a make.</summary>
    public DeviceCollection<TDevice> GetDevices<TDevice>()
        where TDevice : Device =>
        new([.. Devices.OfType<TDevice>()]);

    /// <summary>The best device: the one with the most memory that is no CPU, or else the first CPU.</summary>
    public Device GetPreferredDevice(bool preferCPU) => GetPreferredDevices(preferCPU, matchingDevicesOnly: false).First();

    /// <summary>The best devices, the best first; on request only those like the best.</summary>
    public IEnumerable<Device> GetPreferredDevices(bool preferCPU, bool matchingDevicesOnly)
    {
        var others = Devices.Where(static device => device.AcceleratorType != AcceleratorType.CPU)
            .OrderByDescending(static device => device.MemorySize).ToList();
        if (preferCPU || others.Count == 0)
        {
            var processors = Devices.Where(static device => device.AcceleratorType == AcceleratorType.CPU).ToList();
            return processors.Count > 0 ? processors : throw new NotSupportedException("The context has no CPU device. Build it with builder.CPU().");
        }

        return matchingDevicesOnly
            ? others.Where(device => device.AcceleratorType == others[0].AcceleratorType && device.MemorySize == others[0].MemorySize)
            : others;
    }

    /// <summary>The devices.</summary>
    public ImmutableArray<Device>.Enumerator GetEnumerator() => Devices.GetEnumerator();

    internal void OnAcceleratorCreated(Accelerator accelerator) => AcceleratorCreated?.Invoke(this, accelerator);
}
