namespace ILGPU.Runtime;

/// <summary>Remembers which accelerator was the current one of the thread.</summary>
public struct ScopedAcceleratorBinding : IDisposable, IEquatable<ScopedAcceleratorBinding>
{
    internal ScopedAcceleratorBinding(Accelerator? old)
    {
        OldAccelerator = old;
    }

    /// <summary>The one before, if there was one.</summary>
    public Accelerator? OldAccelerator { get; private set; }

    /// <summary>Whether there was one before.</summary>
    public readonly bool IsRecoverable => OldAccelerator is not null;

    /// <summary>Makes the one before the current one again.</summary>
    public void Recover()
    {
        OldAccelerator?.Bind();
        OldAccelerator = null;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ScopedAcceleratorBinding other) => OldAccelerator == other.OldAccelerator;

    /// <inheritdoc/>
    public void Dispose() => Recover();

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ScopedAcceleratorBinding other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => OldAccelerator?.GetHashCode() ?? 0;

    /// <summary>Whether both remember the same.</summary>
    public static bool operator ==(ScopedAcceleratorBinding first, ScopedAcceleratorBinding second) => first.Equals(second);

    /// <summary>Whether they remember different ones.</summary>
    public static bool operator !=(ScopedAcceleratorBinding first, ScopedAcceleratorBinding second) => !first.Equals(second);
}
