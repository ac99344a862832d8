namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Random numbers by counting: element i of stream (seed, step) is a function of the three, so that parts can be made in any order, on any
/// back end, and again. The function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014), twice. Thread-safe.
/// </summary>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The state of a stream.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="step">Any number, for example that of the training step.</param>
    public static ulong Stream(long seed, long step) => Mix(Mix((ulong)seed + Golden) + ((ulong)step * Golden));

    /// <summary>An element of a stream: uniform in [0, 1), a multiple of 2^-24, exact in float32.</summary>
    /// <param name="stream">From <see cref="Stream"/>.</param>
    /// <param name="index">Number of the element.</param>
    public static float Uniform(ulong stream, ulong index) => (Mix(stream + (index * Golden)) >> 40) * (1f / (1 << 24));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
