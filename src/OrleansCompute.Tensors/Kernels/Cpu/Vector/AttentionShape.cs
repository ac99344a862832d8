namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Sizes and layouts of scaled dot-product attention. With <see cref="Causal"/>, query i sees the keys up to i + KeyLength -
/// QueryLength: the queries are the last of the keys.
/// </summary>
internal readonly record struct AttentionShape
{
    /// <summary>Scratch grows with the keys; this bounds it, and 2^20 keys are beyond any model.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Largest size of a head.</summary>
    public const int MaxHeadSize = 1024;

    public required int Batch { get; init; }

    public required int Heads { get; init; }

    public required int QueryLength { get; init; }

    public required int KeyLength { get; init; }

    public required int HeadSize { get; init; }

    /// <summary>Factor of the products; 1 / sqrt(HeadSize) as a rule.</summary>
    public required float Scale { get; init; }

    public required bool Causal { get; init; }

    public required AttentionLayout Queries { get; init; }

    public required AttentionLayout Keys { get; init; }

    public required AttentionLayout Values { get; init; }

    public required AttentionLayout Output { get; init; }

    /// <summary>
    /// Strides of the additive mask, 0 where it is shared by all; used only when a mask is given. Its rows are contiguous.
    /// </summary>
    public AttentionLayout Mask { get; init; }

    /// <summary>The number of independent (batch, head) pairs that parts divide.</summary>
    public int Items => Batch * Heads;

    /// <summary>Self-attention on a packed projection [batch, T, 3, heads, d], with the result as [batch, T, heads, d].</summary>
    public static AttentionShape PackedSelf(int batch, int heads, int length, int headSize, bool causal)
    {
        var packed = AttentionLayout.Packed(3, heads, length, headSize);
        return new()
        {
            Batch = batch,
            Heads = heads,
            QueryLength = length,
            KeyLength = length,
            HeadSize = headSize,
            Scale = 1f / MathF.Sqrt(headSize),
            Causal = causal,
            Queries = packed,
            Keys = packed,
            Values = packed,
            Output = AttentionLayout.Packed(1, heads, length, headSize),
        };
    }

    /// <summary>How many keys query <paramref name="row"/> sees, 0 to KeyLength.</summary>
    public int Visible(int row) => Causal ? Math.Clamp(row + 1 + KeyLength - QueryLength, 0, KeyLength) : KeyLength;

    /// <summary>Refuses sizes out of range.</summary>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfNegative(Heads);
        CheckRange(QueryLength, 0, MaxLength, nameof(QueryLength));
        CheckRange(KeyLength, 1, MaxLength, nameof(KeyLength));
        CheckRange(HeadSize, 1, MaxHeadSize, nameof(HeadSize));
    }

    private static void CheckRange(int value, int low, int high, string name)
    {
        if (value < low || value > high)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed {low} to {high}.");
        }
    }
}
