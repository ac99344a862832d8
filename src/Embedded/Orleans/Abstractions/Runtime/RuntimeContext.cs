namespace Orleans.Embedded;

/// <summary>
/// The activation whose turn the current thread runs, or null outside of grains. A thread-static is unavoidable here: it is what
/// tells a call from inside a grain from one outside, as in official Orleans. Written by the activation's executor only.
/// </summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? t_current;

    public static IGrainContext? Current
    {
        get => t_current;
        set => t_current = value;
    }
}
