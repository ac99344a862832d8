namespace ILGPU;

public static partial class Atomic
{
    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static int Add(ref int target, int value) => Interlocked.Add(ref target, value) - value;

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static long Add(ref long target, long value) => Interlocked.Add(ref target, value) - value;

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static uint Add(ref uint target, uint value) => Interlocked.Add(ref target, value) - value;

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static ulong Add(ref ulong target, ulong value) => Interlocked.Add(ref target, value) - value;

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static float Add(ref float target, float value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.SingleToInt32Bits(Interlocked.CompareExchange(ref target, current + value, current)) == BitConverter.SingleToInt32Bits(current))
            {
                return current;
            }
        }
    }

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static double Add(ref double target, double value)
    {
        while (true)
        {
            var current = Volatile.Read(ref target);
            if (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref target, current + value, current)) == BitConverter.DoubleToInt64Bits(current))
            {
                return current;
            }
        }
    }
}
