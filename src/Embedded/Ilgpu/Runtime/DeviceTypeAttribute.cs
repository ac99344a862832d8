using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>Says of which make a class of devices is.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DeviceTypeAttribute : Attribute
{
    /// <summary>Of this make.</summary>
    public DeviceTypeAttribute(AcceleratorType acceleratorType)
    {
        AcceleratorType = acceleratorType;
    }

    /// <summary>The make.</summary>
    public AcceleratorType AcceleratorType { get; }

    /// <summary>The make of a class of devices.</summary>
    public static AcceleratorType GetAcceleratorType(Type type) =>
        type.GetCustomAttribute<DeviceTypeAttribute>()?.AcceleratorType
        ?? throw new InvalidOperationException($"{type} has no DeviceTypeAttribute. Mark it with the make of its devices.");
}
