using ILGPU;
using ILGPU.AtomicOperations;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public static class AtomicKernels
{
    public static void Integers(Index1D index, ArrayView<int> cells)
    {
        Atomic.Add(ref cells[0], 1);
        Atomic.Max(ref cells[1], index);
        Atomic.Min(ref cells[2], index);
        Atomic.And(ref cells[3], ~(index % 1024));
        Atomic.Or(ref cells[4], index);
        Atomic.Xor(ref cells[5], 1);
        int seen;
        do
        {
            seen = cells[6];
        }
        while (Atomic.CompareExchange(ref cells[6], seen, seen + 1) != seen);
    }

    public static void Floats(Index1D index, ArrayView<float> cells)
    {
        Atomic.Add(ref cells[0], 0.5f);
        Atomic.Max(ref cells[1], index);
        Atomic.Min(ref cells[2], index);
    }

    public static void Doubles(Index1D index, ArrayView<double> cells)
    {
        Atomic.Add(ref cells[0], 0.25);
        Atomic.Max(ref cells[1], index);
    }

    public static void Custom(Index1D index, ArrayView<long> cells) =>
        Atomic.MakeAtomic(ref cells[0], (long)(index % 7), default(AddThreeTimes), default(CompareExchangeInt64));

    private readonly struct AddThreeTimes : IAtomicOperation<long>
    {
        public long Operation(long current, long value) => current + (3 * value);
    }
}
