using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The forward pass of <see cref="Attention"/> for one width. Stateless.</summary>
internal static unsafe class AttentionForward<T>
    where T : unmanaged, ILanes<T>
{
    private const int Block = AttentionScratch.Block;

    public static void Run(
        in AttentionShape shape,
        float* q,
        float* k,
        float* v,
        float* mask,
        float* output,
        float* logSumExp,
        float* scratch,
        int first,
        int end,
        StopSignal? stop)
    {
        var head = AttentionScratch.PaddedHead(shape);
        var keys = AttentionScratch.RoundUp(shape.KeyLength, Block);
        var keysTransposed = scratch;
        var values = keysTransposed + ((long)keys * shape.HeadSize);
        var queries = values + ((long)keys * head);
        var sums = queries + (Block * head);
        var products = sums + (Block * head);
        var largest = products + (Block * Block);
        var total = largest + Block;
        for (var item = first; item < end && stop is not { IsRequested: true }; item++)
        {
            long batch = item / shape.Heads, at = item % shape.Heads;
            if (item == first || at % shape.Sharing == 0)
            {
                Take(shape, k, v, batch, at / shape.Sharing, keysTransposed, values);
            }

            for (var query = 0; query < shape.QueryLength && stop is not { IsRequested: true }; query += Block)
            {
                var rows = Math.Min(Block, shape.QueryLength - query);
                var from = q + (batch * shape.Queries.Batch) + (at * shape.Queries.Head) + ((long)query * shape.Queries.Row);
                AttentionBlocks<T>.Pack(rows, shape.HeadSize, head, from, shape.Queries.Row, queries, shape.Scale);
                var itemMask = mask == null
                    ? null : mask + (batch * shape.Mask.Batch) + (at * shape.Mask.Head) + ((long)query * shape.Mask.Row);
                new Span<float>(sums, rows * head).Clear();
                new Span<float>(largest, Block).Fill(float.NegativeInfinity);
                new Span<float>(total, Block).Clear();
                var lastKey = shape.Visible(query + rows - 1);
                for (var key = 0; key < lastKey; key += Block)
                {
                    var window = new AttentionWindow(shape, query, rows, key);
                    var blockKeys = keysTransposed + ((long)key * shape.HeadSize);
                    AttentionBlocks<T>.Products(window, shape.HeadSize, queries, head, blockKeys, products);
                    for (var row = 0; row < rows; row++)
                    {
                        var maskRow = itemMask == null ? null : itemMask + ((long)row * shape.Mask.Row) + key;
                        SoftmaxRow(window, row, products + (row * Block), maskRow, largest + row, total + row, sums + (row * head), head);
                    }

                    AttentionBlocks<T>.TimesKeys(window, head, products, values + ((long)key * head), sums);
                }

                var to = output + (batch * shape.Output.Batch) + (at * shape.Output.Head) + ((long)query * shape.Output.Row);
                for (var row = 0; row < rows; row++)
                {
                    // No key was seen: zeros, and a logarithm of minus infinity.
                    var inverse = total[row] > 0f ? 1f / total[row] : float.IsNaN(total[row]) ? float.NaN : 0f;
                    RowPrimitives.Affine<T>(sums + (row * head), to + ((long)row * shape.Output.Row), shape.HeadSize, inverse, 0f);
                    if (logSumExp != null)
                    {
                        logSumExp[((long)item * shape.QueryLength) + query + row] = largest[row] + MathF.Log(total[row]);
                    }
                }
            }
        }
    }

    /// <summary>Keys, transposed by blocks, and values, of a head.</summary>
    private static void Take(in AttentionShape shape, float* k, float* v, long batch, long head, float* keysTransposed, float* values)
    {
        var from = k + (batch * shape.Keys.Batch) + (head * shape.Keys.Head);
        for (var key = 0; key < shape.KeyLength; key += Block)
        {
            var count = Math.Min(Block, shape.KeyLength - key);
            Transpose.Matrix(T.Count > 1, count, shape.HeadSize, from + ((long)key * shape.Keys.Row), shape.Keys.Row,
                keysTransposed + ((long)key * shape.HeadSize), Block);
        }

        AttentionBlocks<T>.Pack(shape.KeyLength, shape.HeadSize, AttentionScratch.PaddedHead(shape),
            v + (batch * shape.Values.Batch) + (head * shape.Values.Head), shape.Values.Row, values, 1f);
    }

    /// <summary>
    /// Turns a row of products into exponentials against the largest so far, and brings what was summed before to the same scale.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SoftmaxRow(
        in AttentionWindow window, int row, float* products, float* mask, float* largest, float* total, float* sums, int head)
    {
        var visible = window.Visible(row);
        var low = T.Create(float.NegativeInfinity);
        var wideLargest = low;
        for (var j = 0; j < visible; j += T.Count)
        {
            var s = T.Load(products + j);
            if (mask != null)
            {
                s += RowPrimitives.LoadUpTo<T>(mask + j, visible - j);
                T.Store(s, products + j);
            }

            if (visible - j < T.Count)
            {
                s = T.Select(T.FirstLanes(visible - j), s, low);
                T.Store(s, products + j);
            }

            wideLargest = T.Max(wideLargest, s);
        }

        var old = *largest;
        var newLargest = MathF.Max(old, T.MaxAcross(wideLargest));
        // Where everything is minus infinity a shift of zero makes exp(-infinity) = 0 instead of NaN.
        var shift = float.IsNegativeInfinity(newLargest) ? 0f : newLargest;
        var wideShift = T.Create(shift);
        var sum = T.Create(0f);
        var end = 0;
        for (; end < visible; end += T.Count)
        {
            var e = VectorMath.Exp(T.Load(products + end) - wideShift);
            sum += e;
            T.Store(e, products + end);
        }

        for (var fill = window.FillEnd(row); end < fill; end += T.Count)
        {
            T.Store(T.Create(0f), products + end);
        }

        var scale = 1f;
        if (newLargest > old && !float.IsNegativeInfinity(old))
        {
            scale = MathF.Exp(old - newLargest);
            RowPrimitives.Affine<T>(sums, sums, head, scale, 0f);
        }

        *total = (*total * scale) + T.SumAcross(sum);
        *largest = newLargest;
    }
}
