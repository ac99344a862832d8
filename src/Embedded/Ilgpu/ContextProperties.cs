using System.Collections.Concurrent;

namespace ILGPU;

/// <summary>What a context was built with. On a CPU only profiling has an effect; the rest is kept.</summary>
public class ContextProperties
{
    private readonly ConcurrentDictionary<string, object> _extensions = new(StringComparer.Ordinal);

    /// <summary>The defaults.</summary>
    protected internal ContextProperties()
    {
    }

    /// <summary>Symbols for debuggers.</summary>
    public DebugSymbolsMode DebugSymbolsMode { get; protected set; } = DebugSymbolsMode.Auto;

    /// <summary>Whether assertions are checked on GPUs.</summary>
    public bool EnableAssertions { get; protected set; }

    /// <summary>Whether GPU kernels may print.</summary>
    public bool EnableIOOperations { get; protected set; }

    /// <summary>Whether the compiler checks itself.</summary>
    public bool EnableVerifier { get; protected set; }

    /// <summary>How much is optimised.</summary>
    public OptimizationLevel OptimizationLevel { get; protected set; } = OptimizationLevel.Release;

    /// <summary>How much is inlined.</summary>
    public InliningMode InliningMode { get; protected set; } = InliningMode.Default;

    /// <summary>How exact arithmetic is.</summary>
    public MathMode MathMode { get; protected set; } = MathMode.Default;

    /// <summary>What kernels may do with static fields.</summary>
    public StaticFieldMode StaticFieldMode { get; protected set; } = StaticFieldMode.Default;

    /// <summary>What kernels may do with arrays.</summary>
    public ArrayMode ArrayMode { get; protected set; } = ArrayMode.Default;

    /// <summary>What is cached.</summary>
    public CachingMode CachingMode { get; protected set; } = CachingMode.Default;

    /// <summary>When memory is pinned for copies.</summary>
    public PageLockingMode PageLockingMode { get; protected set; } = PageLockingMode.Default;

    /// <summary>Whether streams can be measured.</summary>
    public bool EnableProfiling { get; protected set; }

    /// <summary>A value that an extension keeps here.</summary>
    public T GetExtensionProperty<T>(string key, T defaultValue)
        where T : struct =>
        _extensions.TryGetValue(key, out var value) && value is T typed ? typed : defaultValue;

    /// <summary>Keeps a value for an extension.</summary>
    protected void SetExtensionProperty<T>(string key, T value)
        where T : struct =>
        _extensions[key] = value;
}
