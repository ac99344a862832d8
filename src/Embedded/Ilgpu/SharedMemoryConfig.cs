using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>Shared memory that a launch decides on.</summary>
public readonly struct SharedMemoryConfig
{
    /// <summary>None.</summary>
    public static readonly SharedMemoryConfig Empty;

    /// <summary>So many elements of so many bytes.</summary>
    public SharedMemoryConfig(int numElements, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numElements);
        ArgumentOutOfRangeException.ThrowIfNegative(elementSize);
        NumElements = numElements;
        ElementSize = elementSize;
    }

    /// <summary>Elements.</summary>
    public int NumElements { get; }

    /// <summary>Bytes per element.</summary>
    public int ElementSize { get; }

    /// <summary>Bytes.</summary>
    public int ArraySize => checked(NumElements * ElementSize);

    /// <summary>Whether there is any.</summary>
    public bool UsesDynamicSharedMemory => NumElements > 0;

    /// <summary>So many elements of a type.</summary>
    public static SharedMemoryConfig RequestDynamic<T>(int numElements)
        where T : unmanaged =>
        new(numElements, Unsafe.SizeOf<T>());
}
