namespace ILGPU;

public static partial class Atomic
{
    /// <summary>Combines by AND, atomically; returns what was there before.</summary>
    public static int And(ref int target, int value) => Interlocked.And(ref target, value);

    /// <summary>Combines by AND, atomically; returns what was there before.</summary>
    public static long And(ref long target, long value) => Interlocked.And(ref target, value);

    /// <summary>Combines by AND, atomically; returns what was there before.</summary>
    public static uint And(ref uint target, uint value) => Interlocked.And(ref target, value);

    /// <summary>Combines by AND, atomically; returns what was there before.</summary>
    public static ulong And(ref ulong target, ulong value) => Interlocked.And(ref target, value);

    /// <summary>Combines by OR, atomically; returns what was there before.</summary>
    public static int Or(ref int target, int value) => Interlocked.Or(ref target, value);

    /// <summary>Combines by OR, atomically; returns what was there before.</summary>
    public static long Or(ref long target, long value) => Interlocked.Or(ref target, value);

    /// <summary>Combines by OR, atomically; returns what was there before.</summary>
    public static uint Or(ref uint target, uint value) => Interlocked.Or(ref target, value);

    /// <summary>Combines by OR, atomically; returns what was there before.</summary>
    public static ulong Or(ref ulong target, ulong value) => Interlocked.Or(ref target, value);

    /// <summary>Combines by XOR, atomically; returns what was there before.</summary>
    public static int Xor(ref int target, int value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, current ^ value, current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Combines by XOR, atomically; returns what was there before.</summary>
    public static long Xor(ref long target, long value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, current ^ value, current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Combines by XOR, atomically; returns what was there before.</summary>
    public static uint Xor(ref uint target, uint value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, current ^ value, current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Combines by XOR, atomically; returns what was there before.</summary>
    public static ulong Xor(ref ulong target, ulong value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, current ^ value, current) == current)
            {
                return current;
            }
        }
    }
}
