namespace ILGPU.Runtime.CPU;

/// <summary>The CPU copies pinned memory as fast as any other, so there is nothing to do.</summary>
internal sealed class CpuPageLockScope<T> : PageLockScope<T>
    where T : unmanaged
{
    public CpuPageLockScope(Accelerator accelerator, IntPtr pinned, long numElements)
        : base(accelerator, numElements)
    {
        AddrOfLockedObject = pinned;
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}
