namespace ILGPU;

public static partial class Atomic
{
    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static int Max(ref int target, int value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Max(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static long Max(ref long target, long value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Max(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static uint Max(ref uint target, uint value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Max(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static ulong Max(ref ulong target, ulong value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (Interlocked.CompareExchange(ref target, Math.Max(current, value), current) == current)
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static float Max(ref float target, float value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.SingleToInt32Bits(Interlocked.CompareExchange(ref target, Math.Max(current, value), current)) == BitConverter.SingleToInt32Bits(current))
            {
                return current;
            }
        }
    }

    /// <summary>Keeps the larger, atomically; returns what was there before.</summary>
    public static double Max(ref double target, double value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref target, Math.Max(current, value), current)) == BitConverter.DoubleToInt64Bits(current))
            {
                return current;
            }
        }
    }
}
