namespace ILGPU.Runtime;

/// <summary>
/// Runs kernels and holds memory for them. All members may be called from any thread. Disposing it disposes its streams and buffers.
/// </summary>
public abstract partial class Accelerator : DisposeBase, IDevice
{
    [ThreadStatic]
    private static Accelerator? _current;

    private readonly Lock _gate = new();
    private List<WeakReference<AcceleratorObject>> _children = [];
    private int _compactAt = 1024;

    /// <summary>An accelerator of a device.</summary>
    protected Accelerator(Context context, Device device)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(device);
        Context = context;
        Device = device;
        WarpSize = device.WarpSize;
    }

    /// <summary>Raised when this is disposed.</summary>
    public event EventHandler? Disposed;

    /// <summary>The one bound to this thread last, if any.</summary>
    public static Accelerator? Current => _current;

    /// <summary>The make of the accelerator that the caller runs on: in a kernel and on the host alike, the CPU.</summary>
    public static AcceleratorType CurrentType => AcceleratorType.CPU;

    /// <summary>The context that it was made with.</summary>
    public Context Context { get; }

    /// <summary>The device that it was made for.</summary>
    public Device Device { get; }

    /// <summary>The stream that is meant where none is named.</summary>
    public AcceleratorStream DefaultStream { get; protected set; } = null!;

    /// <summary>The driver's handle, if there is a driver.</summary>
    public IntPtr NativePtr { get; protected set; }

    /// <summary>The most groups of a launch that fills the accelerator, and their size.</summary>
    public (Index1D, Index1D) MaxNumGroupsExtent =>
        (NumMultiprocessors * (MaxNumThreadsPerMultiprocessor / MaxNumThreadsPerGroup), MaxNumThreadsPerGroup);

    /// <inheritdoc/>
    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    /// <inheritdoc/>
    public string Name => Device.Name;

    /// <inheritdoc/>
    public long MemorySize => Device.MemorySize;

    /// <inheritdoc/>
    public Index3D MaxGridSize => Device.MaxGridSize;

    /// <inheritdoc/>
    public Index3D MaxGroupSize => Device.MaxGroupSize;

    /// <inheritdoc/>
    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    /// <inheritdoc/>
    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    /// <inheritdoc/>
    public int MaxConstantMemory => Device.MaxConstantMemory;

    /// <inheritdoc/>
    public int WarpSize { get; protected set; }

    /// <inheritdoc/>
    public int NumMultiprocessors => Device.NumMultiprocessors;

    /// <inheritdoc/>
    public int MaxNumThreadsPerMultiprocessor => Device.MaxNumThreadsPerMultiprocessor;

    /// <inheritdoc/>
    public int MaxNumThreads => Device.MaxNumThreads;

    /// <summary>Streams and buffers that are alive; those that nobody knows any more may be counted for a while.</summary>
    public int NumberChildObjects
    {
        get
        {
            lock (_gate)
            {
                Compact();
                return _children.Count;
            }
        }
    }

    /// <summary>How many threads run kernels at a time.</summary>
    internal abstract int Workers { get; }

    /// <summary>A further stream.</summary>
    public AcceleratorStream CreateStream()
    {
        VerifyNotDisposed();
        return CreateStreamInternal();
    }

    /// <summary>Waits for all streams.</summary>
    public void Synchronize()
    {
        VerifyNotDisposed();
        SynchronizeInternal();
    }

    /// <summary>Makes this the current accelerator of the thread.</summary>
    public void Bind() => _current = this;

    /// <summary>Makes this the current accelerator of the thread until the result is disposed.</summary>
    public ScopedAcceleratorBinding BindScoped()
    {
        var binding = new ScopedAcceleratorBinding(_current);
        Bind();
        return binding;
    }

    /// <inheritdoc/>
    public void PrintInformation(TextWriter writer) => Device.PrintInformation(writer);

    /// <summary>Says that memory is pinned, so that copies of it can be faster.</summary>
    public PageLockScope<T> CreatePageLockFromPinned<T>(IntPtr pinned, long numElements)
        where T : unmanaged
    {
        VerifyNotDisposed();
        ArgumentOutOfRangeException.ThrowIfEqual(pinned, IntPtr.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(numElements);
        return CreatePageLockFromPinnedInternal<T>(pinned, numElements);
    }

    /// <inheritdoc/>
    public override string ToString() => Device.ToString();

    internal void RegisterChild(AcceleratorObject child)
    {
        lock (_gate)
        {
            VerifyNotDisposed();
            if (_children.Count >= _compactAt)
            {
                Compact();
                _compactAt = Math.Max(1024, _children.Count * 2);
            }

            _children.Add(new(child));
        }
    }

    internal void Verify() => VerifyNotDisposed();

    /// <summary>Makes a stream.</summary>
    protected abstract AcceleratorStream CreateStreamInternal();

    /// <summary>Waits for all streams.</summary>
    protected abstract void SynchronizeInternal();

    /// <summary>Allocates memory.</summary>
    protected abstract MemoryBuffer AllocateRawInternal(long length, int elementSize);

    /// <summary>Says that memory is pinned.</summary>
    protected abstract PageLockScope<T> CreatePageLockFromPinnedInternal<T>(IntPtr pinned, long numElements)
        where T : unmanaged;

    /// <summary>Releases what the accelerator itself holds.</summary>
    protected abstract void DisposeAccelerator_SyncRoot(bool disposing);

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing)
    {
        List<WeakReference<AcceleratorObject>> children;
        lock (_gate)
        {
            children = _children;
            _children = [];
        }

        foreach (var reference in children)
        {
            if (reference.TryGetTarget(out var child))
            {
                child.Dispose();
            }
        }

        DisposeAccelerator_SyncRoot(disposing);
        if (_current == this)
        {
            _current = null;
        }

        Disposed?.Invoke(this, EventArgs.Empty);
    }

    private void Compact() => _children.RemoveAll(static child => !child.TryGetTarget(out var target) || target.IsDisposed);
}
