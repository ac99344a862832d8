namespace ILGPU.Util;

/// <summary>Disposes once, whoever asks first.</summary>
public abstract class DisposeBase : IDisposable
{
    private int _entered;
    private volatile bool _disposed;

    /// <summary>Whether this is disposed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Disposes; more than once does nothing.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (Interlocked.Exchange(ref _entered, 1) == 0)
        {
            Dispose(true);
            _disposed = true;
        }
    }

    /// <summary>Throws when this is disposed.</summary>
    protected void VerifyNotDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>Releases what this holds; called once.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
