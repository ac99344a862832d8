using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>Memory of the host that stays where it is.</summary>
/// <typeparam name="T">The element.</typeparam>
public abstract class PageLockScope<T> : AcceleratorObject
    where T : unmanaged
{
    /// <summary>So many elements.</summary>
    protected PageLockScope(Accelerator accelerator, long numElements)
        : base(accelerator)
    {
        Length = numElements;
    }

    /// <summary>Where it begins.</summary>
    public IntPtr AddrOfLockedObject { get; protected set; }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>Bytes.</summary>
    public long LengthInBytes => Length * Unsafe.SizeOf<T>();
}
