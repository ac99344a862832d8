using System.Runtime.CompilerServices;

namespace ILGPU.Execution;

/// <summary>Which thread of which group a worker is at, and the memory of that group. One per worker.</summary>
internal sealed partial class KernelContext
{
    [ThreadStatic]
    private static KernelContext? _current;

    // Fields: compiled kernels read them directly.
    public int GridX;
    public int GridY;
    public int GridZ;
    public int GroupX;
    public int GroupY;
    public int GroupZ;
    public int GridDimX;
    public int GridDimY;
    public int GridDimZ;
    public int GroupDimX;
    public int GroupDimY;
    public int GroupDimZ;
    public int WarpSize;

    /// <summary>The thread's number in its group.</summary>
    public int Linear;

    /// <summary>The one of this thread; throws outside of kernels.</summary>
    public static KernelContext Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current ?? Outside();
    }

    public int GroupSize => GroupDimX * GroupDimY * GroupDimZ;

    public static KernelContext? Swap(KernelContext? context)
    {
        var previous = _current;
        _current = context;
        return previous;
    }

    /// <summary>What a barrier does where the compiler did not see it: nothing if there is nobody to wait for.</summary>
    public static KernelContext Alone(string member)
    {
        var context = Current;
        return context.GroupSize == 1
            ? context
            : throw new NotSupportedException(
                $"{member} was reached through a call that the embedded ILGPU cannot follow (a delegate, a virtual call, or recursion). "
                + "Call it from the kernel or from a static method that the kernel calls, or build with -p:Packages=Official.");
    }

    private static KernelContext Outside() => throw new InvalidOperationException(
        "This member has a meaning only inside a kernel. Launch a kernel that uses it.");
}
