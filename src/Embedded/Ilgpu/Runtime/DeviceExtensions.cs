namespace ILGPU.Runtime;

/// <summary>Helpers on devices.</summary>
public static class DeviceExtensions
{
    /// <summary>Writes what is known of a device to the console.</summary>
    public static void PrintInformation(this IDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.PrintInformation(Console.Out);
    }
}
