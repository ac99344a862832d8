namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// A vector of floats whose width is a type argument, so that one text of a kernel serves 512-bit, 256-bit and scalar processors with
/// static dispatch. Element-wise results are the same bits at every width: all widths use the same operations, fused multiply-add
/// included. Comparisons give a mask (all bits set where true), for <see cref="Select"/>.
/// </summary>
internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Number of floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    static abstract T operator -(T value);

    static abstract T operator &(T left, T right);

    static abstract T operator |(T left, T right);

    static abstract T Create(float value);

    static abstract T Load(float* source);

    /// <summary>The first <paramref name="count"/> lanes, 1 to Count - 1; the others are zero and their memory is not touched.</summary>
    static abstract T LoadPartial(float* source, int count);

    static abstract void Store(T value, float* target);

    /// <summary>Stores the first <paramref name="count"/> lanes, 1 to Count - 1, and touches no other memory.</summary>
    static abstract void StorePartial(T value, float* target, int count);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract T MultiplyAdd(T left, T right, T addend);

    /// <summary>The smaller; NaN if either is NaN.</summary>
    static abstract T Min(T left, T right);

    /// <summary>The larger; NaN if either is NaN.</summary>
    static abstract T Max(T left, T right);

    /// <summary>The smaller, in one instruction: if <paramref name="right"/> is NaN the result is NaN; left must not be.</summary>
    static abstract T MinOf(T left, T right);

    /// <summary>The larger, in one instruction: if <paramref name="right"/> is NaN the result is NaN; left must not be.</summary>
    static abstract T MaxOf(T left, T right);

    static abstract T Sqrt(T value);

    static abstract T Abs(T value);

    /// <summary>To the nearest whole number, halves to even.</summary>
    static abstract T Round(T value);

    static abstract T Floor(T value);

    static abstract T Ceiling(T value);

    /// <summary>The magnitude of one with the sign of the other.</summary>
    static abstract T CopySign(T magnitude, T sign);

    static abstract T LessThan(T left, T right);

    /// <summary>False where either is NaN.</summary>
    static abstract T IsEqual(T left, T right);

    /// <summary>Lanes of <paramref name="whenTrue"/> where the mask is set, else of <paramref name="whenFalse"/>.</summary>
    static abstract T Select(T mask, T whenTrue, T whenFalse);

    /// <summary>value * 2^exponent, rounded once, for a value of magnitude 0.25 to 4 and a whole exponent from -180 to 180.</summary>
    static abstract T ScaleByPowerOfTwo(T value, T exponent);

    /// <summary>Splits a normal positive value into a mantissa from sqrt(1/2) to sqrt(2) and a whole power of two.</summary>
    static abstract T SplitExponent(T value, out T exponent);

    /// <summary>A mask of the first <paramref name="count"/> lanes, 0 to Count.</summary>
    static abstract T FirstLanes(int count);

    /// <summary>The sum of all lanes, added in halves.</summary>
    static abstract float SumAcross(T value);

    /// <summary>The largest lane; NaN if one is NaN.</summary>
    static abstract float MaxAcross(T value);

    /// <summary>The smallest lane; NaN if one is NaN.</summary>
    static abstract float MinAcross(T value);

    /// <summary>Whether any lane of a mask is set.</summary>
    static abstract bool Any(T mask);
}
