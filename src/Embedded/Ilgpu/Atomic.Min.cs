namespace ILGPU;

public static partial class Atomic
{
    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static int Min(ref int target, int value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Min(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static long Min(ref long target, long value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Min(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static uint Min(ref uint target, uint value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Min(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static ulong Min(ref ulong target, ulong value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Min(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static float Min(ref float target, float value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.SingleToInt32Bits(Interlocked.CompareExchange(ref target, Math.Min(current, value), current)) == BitConverter.SingleToInt32Bits(current))
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the smaller, atomically; returns what was there before.</summary>
    public static double Min(ref double target, double value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref target, Math.Min(current, value), current)) == BitConverter.DoubleToInt64Bits(current))
            {
                return current;
            }
        }
    }
}
