namespace ILGPU.Runtime.Cuda;

/// <summary>A CUDA device. There is none in this build: build with <c>-p:Packages=Official</c>.</summary>
[DeviceType(AcceleratorType.Cuda)]
public sealed class CudaDevice : Device
{
    private CudaDevice()
    {
    }

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context) =>
        throw new NotSupportedException("CudaDevice.CreateAccelerator needs the official ILGPU: build with -p:Packages=Official.");
}
