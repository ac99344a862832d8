namespace OrleansCompute.Tensors.Values;

/// <summary>
/// A block of memory of one accelerator, shared by a tensor and its views: each holds a reference, and the block goes back to where it
/// came from with the last. A back end derives it for its device memory. Reference counting is thread-safe, the contents are not.
/// </summary>
public abstract class TensorStorage
{
    private int _references;

    /// <summary>Creates a block that nobody references yet.</summary>
    /// <param name="bytes">Size, 0 or more.</param>
    protected TensorStorage(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
    }

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Where the memory is, for messages: host, or the accelerator's name.</summary>
    public abstract string Place { get; }

    /// <summary>Adds a reference.</summary>
    internal void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Drops a reference; the last one frees the block.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Free();
        }
    }

    /// <summary>Gives the memory back; called once, when the last tensor that uses it is disposed of.</summary>
    protected abstract void Free();
}
