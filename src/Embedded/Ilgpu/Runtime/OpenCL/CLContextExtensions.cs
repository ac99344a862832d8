namespace ILGPU.Runtime.OpenCL;

/// <summary>OpenCL devices of a context. There are none in this build, as there are none without a driver.</summary>
public static class CLContextExtensions
{
    /// <summary>Adds the OpenCL devices, of which there are none.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder) => builder;

    /// <summary>Adds the OpenCL devices that fulfil a condition, of which there are none.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return builder;
    }

    /// <summary>Throws: there is no OpenCL device.</summary>
    public static CLDevice GetCLDevice(this Context context, int clDeviceIndex)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetDevice<CLDevice>(clDeviceIndex);
    }

    /// <summary>The OpenCL devices, of which there are none.</summary>
    public static Context.DeviceCollection<CLDevice> GetCLDevices(this Context context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetDevices<CLDevice>();
    }
}
