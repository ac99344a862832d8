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

    // One less than what is meant: 0 is what a structure begins with.
    private readonly int _others;

    public required int Batch { get; init; }

    public required int Heads { get; init; }

    /// <summary>Neighbouring query heads that share a head of keys and values; divides <see cref="Heads"/>.</summary>
    public int Sharing { get => _others + 1; init => _others = value - 1; }

    /// <summary>
    /// Whether the backward pass leaves the gradients of keys and values of each query head apart, contiguous [batch, heads, KeyLength,
    /// HeadSize], for the caller to sum, instead of summing those of the heads that share: parts divide heads then, otherwise groups.
    /// </summary>
    public bool IsSpread { get; init; }

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

    /// <summary>Heads of keys and values.</summary>
    public int KeyHeads => Heads / Sharing;

    /// <summary>Where the gradient of the keys lies.</summary>
    public AttentionLayout KeyGradients => IsSpread ? AttentionLayout.Contiguous(Heads, KeyLength, HeadSize) : Keys;

    /// <summary>Where the gradient of the values lies.</summary>
    public AttentionLayout ValueGradients => IsSpread ? AttentionLayout.Contiguous(Heads, KeyLength, HeadSize) : Values;

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
        if (Sharing < 1 || Heads % Sharing != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Sharing), Sharing, $"Sharing is {Sharing}; it must divide the {Heads} heads.");
        }
    }

    private static void CheckRange(int value, int low, int high, string name)
    {
        if (value < low || value > high)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed {low} to {high}.");
        }
    }
}
