namespace ILGPU.Runtime.OpenCL;

/// <summary>A OpenCL device. There is none in this build: build with <c>-p:Packages=Official</c>.</summary>
[DeviceType(AcceleratorType.OpenCL)]
public sealed class CLDevice : Device
{
    private CLDevice()
    {
    }

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context) =>
        throw new NotSupportedException("CLDevice.CreateAccelerator needs the official ILGPU: build with -p:Packages=Official.");
}
