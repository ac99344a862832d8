namespace ILGPU.Runtime.Cuda;

/// <summary>CUDA devices of a context. There are none in this build, as there are none without a driver.</summary>
public static class CudaContextExtensions
{
    /// <summary>Adds the CUDA devices, of which there are none.</summary>
    public static Context.Builder Cuda(this Context.Builder builder) => builder;

    /// <summary>Adds the CUDA devices that fulfil a condition, of which there are none.</summary>
    public static Context.Builder Cuda(this Context.Builder builder, Predicate<CudaDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return builder;
    }

    /// <summary>Throws: there is no CUDA device.</summary>
    public static CudaDevice GetCudaDevice(this Context context, int cudaDeviceIndex)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetDevice<CudaDevice>(cudaDeviceIndex);
    }

    /// <summary>The CUDA devices, of which there are none.</summary>
    public static Context.DeviceCollection<CudaDevice> GetCudaDevices(this Context context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetDevices<CudaDevice>();
    }
}
