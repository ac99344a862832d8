namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Finds NaN and infinities. Stateless, allocation-free.</summary>
internal static unsafe class FiniteCheck
{
    // Elements per vector pass before the exact position is looked for.
    private const int Block = 4096;

    /// <summary>Whether no element is NaN or infinite; one multiplication per element.</summary>
    public static bool AllFinite(SimdLevel level, ReadOnlySpan<float> x)
    {
        fixed (float* from = x)
        {
            return level switch
            {
                SimdLevel.Vector512 => OptimiserLoops<Lanes512>.AllFinite(from, x.Length),
                SimdLevel.Vector256 => OptimiserLoops<Lanes256>.AllFinite(from, x.Length),
                _ => OptimiserLoops<Lanes1>.AllFinite(from, x.Length),
            };
        }
    }

    /// <summary>The position of the first NaN or infinity, or -1; for the text of an error.</summary>
    public static int FirstNotFinite(SimdLevel level, ReadOnlySpan<float> x)
    {
        for (var at = 0; at < x.Length; at += Block)
        {
            var block = x.Slice(at, Math.Min(Block, x.Length - at));
            if (AllFinite(level, block))
            {
                continue;
            }

            for (var i = 0; i < block.Length; i++)
            {
                if (!float.IsFinite(block[i]))
                {
                    return at + i;
                }
            }
        }

        return -1;
    }
}
