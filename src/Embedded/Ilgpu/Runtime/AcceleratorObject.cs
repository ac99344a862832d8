namespace ILGPU.Runtime;

/// <summary>Something that belongs to an accelerator and is disposed with it at the latest.</summary>
public abstract class AcceleratorObject : DisposeBase, IAcceleratorObject
{
    /// <summary>Belongs to this accelerator from now on.</summary>
    protected AcceleratorObject(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        Accelerator = accelerator;
        accelerator.RegisterChild(this);
    }

    /// <inheritdoc/>
    public Accelerator Accelerator { get; }

    /// <inheritdoc/>
    public AcceleratorType AcceleratorType => Accelerator.AcceleratorType;

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing) => DisposeAcceleratorObject(disposing);

    /// <summary>Releases what this holds; called once.</summary>
    protected abstract void DisposeAcceleratorObject(bool disposing);
}
