namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Sizes of attention's blocks and scratch. Heads are padded to 16 elements, so that every width divides them; keys are stored
/// transposed in blocks of 64 columns.
/// </summary>
internal static class AttentionScratch
{
    /// <summary>Queries and keys of a block: its products (16 KB) and operands stay in the first cache level for heads up to 64.</summary>
    public const int Block = 64;

    /// <summary>Columns of a block are visited in groups of this many; every width divides it.</summary>
    public const int Group = 16;

    public static int PaddedHead(in AttentionShape shape) => RoundUp(shape.HeadSize, Group);

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    public static long ForwardLength(in AttentionShape shape)
    {
        long head = PaddedHead(shape), keys = RoundUp(shape.KeyLength, Block);
        return (keys * shape.HeadSize) + (keys * head) + (2 * Block * head) + (Block * Block) + (2 * Block);
    }

    public static long BackwardLength(in AttentionShape shape)
    {
        long head = PaddedHead(shape), queries = RoundUp(shape.QueryLength, Block);
        // Per key block: K transposed, V transposed, K, dK and dV; all queries: Q, dO, dQ and D; two blocks of products.
        return (2 * Block * shape.HeadSize) + (3 * Block * head) + (3 * queries * head) + queries + (2 * Block * Block);
    }
}
