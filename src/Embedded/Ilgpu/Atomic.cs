using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>Operations on memory that other threads change at the same time. Each returns what was there before.</summary>
public static partial class Atomic
{
    /// <summary>Puts a value; returns what was there before.</summary>
    public static int Exchange(ref int target, int value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static int CompareExchange(ref int target, int compare, int value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static long Exchange(ref long target, long value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static long CompareExchange(ref long target, long compare, long value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static uint Exchange(ref uint target, uint value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static uint CompareExchange(ref uint target, uint compare, uint value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static ulong Exchange(ref ulong target, ulong value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static ulong CompareExchange(ref ulong target, ulong compare, ulong value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static float Exchange(ref float target, float value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static float CompareExchange(ref float target, float compare, float value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static double Exchange(ref double target, double value) => Interlocked.Exchange(ref target, value);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static double CompareExchange(ref double target, double compare, double value) => Interlocked.CompareExchange(ref target, value, compare);

    /// <summary>Adds, atomically; returns what was there before.</summary>
    public static Index1D Add(ref Index1D target, Index1D value) => Add(ref Unsafe.As<Index1D, int>(ref target), value.X);

    /// <summary>Puts a value; returns what was there before.</summary>
    public static Index1D Exchange(ref Index1D target, Index1D value) => Exchange(ref Unsafe.As<Index1D, int>(ref target), value.X);

    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    public static Index1D CompareExchange(ref Index1D target, Index1D compare, Index1D value) =>
        CompareExchange(ref Unsafe.As<Index1D, int>(ref target), compare.X, value.X);

    /// <summary>Any operation, by comparing and exchanging until nobody came in between; returns what was there before.</summary>
    public static T MakeAtomic<T, TOperation, TCompareExchangeOperation>(
        ref T target, T value, TOperation operation, TCompareExchangeOperation compareExchangeOperation)
        where T : unmanaged
        where TOperation : struct, AtomicOperations.IAtomicOperation<T>
        where TCompareExchangeOperation : struct, AtomicOperations.ICompareExchangeOperation<T>
    {
        var current = target;
        while (true)
        {
            var seen = compareExchangeOperation.CompareExchange(ref target, current, operation.Operation(current, value));
            if (compareExchangeOperation.IsSame(current, seen))
            {
                return seen;
            }

            current = seen;
        }
    }
}
