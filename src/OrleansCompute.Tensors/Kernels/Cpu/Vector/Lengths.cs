namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Checks of span lengths: the loops use pointers, so a wrong length must not reach them.</summary>
internal static class Lengths
{
    public static void Equal(int expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} elements; it must have {expected}.", name);
        }
    }

    public static void AtLeast(long expected, int actual, string name)
    {
        if (actual < expected)
        {
            throw new ArgumentException($"{name} has {actual} elements; it must have at least {expected}.", name);
        }
    }

    public static void Exactly(long expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} elements; it must have {expected}.", name);
        }
    }

    public static void Multiple(int length, long of, string name)
    {
        if (of <= 0 ? length != 0 : length % of != 0)
        {
            throw new ArgumentException($"{name} has {length} elements; it must have a multiple of {of}.", name);
        }
    }
}
